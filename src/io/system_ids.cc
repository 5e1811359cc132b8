#include "io/system_ids.h"

#include <sys/random.h>

#include <cerrno>

#include "base/result/result.h"

namespace roadstead {

std::uint64_t SystemIds::bits() {
  if (next_ == buffer_.size()) {
    auto* bytes = reinterpret_cast<char*>(buffer_.data());
    for (std::size_t filled = 0; filled < sizeof buffer_;) {
      auto got = ::getrandom(bytes + filled, sizeof buffer_ - filled, 0);
      CHECK(got > 0 || errno == EINTR, "getrandom with no flags only fails when interrupted");
      if (got > 0) filled += static_cast<std::size_t>(got);
    }
    next_ = 0;
  }
  // A bit pattern is handed out once: the slot is cleared, so a memory dump does not tell past ids.
  auto bits = buffer_[next_];
  buffer_[next_++] = 0;
  return bits;
}

}  // namespace roadstead
