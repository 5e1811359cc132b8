// A NameServer for tests: remembers what it was told last, and fails when it is asked to. Any thread.
#pragma once

#include <mutex>
#include <string>

#include "agent/names/port.h"

namespace roadstead {

class FakeNameServer final : public NameServer {
 public:
  Status tell(const std::string& zone) override {
    std::lock_guard lock(mutex_);
    ++told_;
    if (broken_) return Error{"NamesUnavailable", "it is broken"};
    zone_ = zone;
    return Done{};
  }

  Status shutdown() override { return Done{}; }

  std::string zone() const {
    std::lock_guard lock(mutex_);
    return zone_;
  }

  int told() const {
    std::lock_guard lock(mutex_);
    return told_;
  }

  void set_broken(bool broken) {
    std::lock_guard lock(mutex_);
    broken_ = broken;
  }

 private:
  mutable std::mutex mutex_;
  std::string zone_;
  int told_ = 0;
  bool broken_ = false;
};

}  // namespace roadstead
