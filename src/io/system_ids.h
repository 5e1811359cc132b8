// Random bits from the kernel, taken half a kilobyte at a time so that an id costs nanoseconds, not a system call.
// One thread: each thread that makes ids owns its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/id/id.h"

namespace roadstead {

/// Cryptographically strong; aborts if the kernel has no randomness to give, because no id may ever be guessable.
class SystemIds final : public Ids {
 public:
  std::uint64_t bits() override;

 private:
  std::array<std::uint64_t, 64> buffer_{};
  std::size_t next_ = buffer_.size();
};

}  // namespace roadstead
