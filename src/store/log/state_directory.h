// The directory that holds the state of one control plane, locked so that only one process has it.
// The lock goes with the process, however it ends. One thread.
#pragma once

#include <string>

#include "base/result/result.h"

namespace roadstead {

/// Holds a state directory as long as it lives.
class StateDirectory {
 public:
  /// Makes `path` if need be (readable by its owner only) and locks it. Errors: StateInUse, which names the process
  /// that has it; StateNotWritable.
  static Result<StateDirectory> open(const std::string& path);

  StateDirectory(StateDirectory&& other) noexcept;
  StateDirectory& operator=(StateDirectory&& other) noexcept;
  ~StateDirectory();

  const std::string& path() const { return path_; }

 private:
  StateDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_ = -1;
};

}  // namespace roadstead
