// The queue of work that costs processor time to start containers: about two slots a core are all that helps, more only
// adds waiting (reference/limits.md §1.3). Between those who wait it goes round by share (a service, a task's group), so that one
// service with hundreds of tasks does not hold up another's first. Any thread. Jobs must not throw.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace roadstead {

class StartQueue {
 public:
  using Job = std::move_only_function<void()>;

  /// Runs jobs on up to `slots` threads named `<name>/0`, …, each made when it is first needed.
  StartQueue(std::string name, std::size_t slots);

  /// Finishes what is running and drops what waits.
  ~StartQueue();
  StartQueue(const StartQueue&) = delete;
  StartQueue& operator=(const StartQueue&) = delete;

  /// Queues a job behind those of the same share, in turn with other shares. Dropped when ending.
  void submit(const std::string& share, Job job);

  /// Jobs that wait.
  std::size_t waiting() const;

 private:
  void add_thread();
  void work();
  Job take();

  const std::string name_;
  const std::size_t slots_;
  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable wake_;
  std::map<std::string, std::deque<Job>> by_share_;
  std::deque<std::string> turns_;  // shares that have jobs, the next one first
  std::size_t waiting_ = 0;
  std::size_t idle_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace roadstead
