// Writes MessagePack: the few kinds of values that the Fluent forward protocol needs. Pure; one thread at a time.
// Source: github.com/msgpack/msgpack/blob/master/spec.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time/time.h"

namespace roadstead {

class MessagePack {
 public:
  /// The next `count` values are the array's; the next `count` pairs are the map's.
  void begin_array(std::uint32_t count);
  void begin_map(std::uint32_t count);

  void add(std::string_view text);
  void add(std::uint64_t number);

  /// Fluent's EventTime: seconds and nanoseconds, extension 0.
  void add_event_time(Instant at);

  std::string take() { return std::move(bytes_); }

 private:
  void byte(unsigned value) { bytes_ += static_cast<char>(value); }
  void big_endian(std::uint64_t value, int size);

  std::string bytes_;
};

}  // namespace roadstead
