#include "io/worker_pool.h"

#include <pthread.h>
#include <csignal>

#include <utility>

#include "base/text/text.h"

namespace roadstead {

WorkerPool::WorkerPool(std::string name, std::size_t threads, std::size_t max_queued)
    : name_(std::move(name)), most_threads_(threads), max_queued_(max_queued) {}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::try_submit(Job job) {
  {
    std::lock_guard lock(mutex_);
    if (ending_ || queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(job));
    if (queue_.size() > idle_ && threads_.size() < most_threads_) add_thread();
  }
  wake_.notify_one();
  return true;
}

// With the lock held.
void WorkerPool::add_thread() {
  // Signals are for the main thread: workers start with all of them blocked.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  threads_.emplace_back([this] { work(); });
  auto title = cat(name_, '/', threads_.size() - 1);
  ::pthread_setname_np(threads_.back().native_handle(), title.substr(0, 15).c_str());
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

std::size_t WorkerPool::queued() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    ++idle_;
    wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    job();
  }
}

}  // namespace roadstead
