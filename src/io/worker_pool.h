// A few named threads for work that blocks: unpacking layers, mounting, running programs. The queue has a bound, so a
// caller learns that the pool is behind instead of filling memory. Jobs must not throw. Any thread may submit.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace roadstead {

/// Runs jobs in the order in which they came, on up to `threads` threads named `<name>/0`, `<name>/1`, …, each made when it
/// is first needed.
class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  /// `name` has at most 12 characters (the kernel keeps 15). `max_queued` jobs wait at most.
  WorkerPool(std::string name, std::size_t threads, std::size_t max_queued = 10'000);

  /// Finishes what was submitted, then ends the threads. Not to be called from a job.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Queues `job`. False, and the job is dropped, when the queue is full or the pool is ending.
  [[nodiscard]] bool try_submit(Job job);

  /// Jobs that wait for a thread.
  std::size_t queued() const;

 private:
  void add_thread();
  void work();

  const std::string name_;
  const std::size_t most_threads_;
  const std::size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  std::size_t idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace roadstead
