#include "agent/node/start_queue.h"

#include <pthread.h>

#include <utility>

#include "base/text/text.h"

namespace roadstead {

StartQueue::StartQueue(std::string name, std::size_t slots) : name_(std::move(name)), slots_(slots) {}

StartQueue::~StartQueue() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    by_share_.clear();
    turns_.clear();
    waiting_ = 0;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void StartQueue::submit(const std::string& share, Job job) {
  {
    std::lock_guard lock(mutex_);
    if (ending_) return;
    auto& jobs = by_share_[share];
    if (jobs.empty()) turns_.push_back(share);
    jobs.push_back(std::move(job));
    ++waiting_;
    if (waiting_ > idle_ && threads_.size() < slots_) add_thread();
  }
  wake_.notify_one();
}

// With the lock held.
void StartQueue::add_thread() {
  threads_.emplace_back([this] { work(); });
  std::string title = cat(name_, "/", threads_.size() - 1);
  pthread_setname_np(threads_.back().native_handle(), title.substr(0, 15).c_str());
}

std::size_t StartQueue::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_;
}

// With the lock held and a job waiting: the oldest job of the share whose turn it is.
StartQueue::Job StartQueue::take() {
  std::string share = std::move(turns_.front());
  turns_.pop_front();
  auto jobs = by_share_.find(share);
  Job job = std::move(jobs->second.front());
  jobs->second.pop_front();
  --waiting_;
  if (jobs->second.empty()) {
    by_share_.erase(jobs);
  } else {
    turns_.push_back(std::move(share));
  }
  return job;
}

void StartQueue::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wake_.wait(lock, [this] { return ending_ || !turns_.empty(); });
    --idle_;
    if (ending_) return;
    Job job = take();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

}  // namespace roadstead
