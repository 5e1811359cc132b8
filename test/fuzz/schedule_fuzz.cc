// Hostile schedule expressions and files of time zones, parted by the first newline: nothing may crash or take long, and
// what is due next is later than now.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "decide/schedules/schedule.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto newline = text.find('\n');
  roadstead::TimeZone zone;
  if (newline != std::string_view::npos) {
    auto read = roadstead::parse_time_zone(text.substr(newline + 1));
    if (read) zone = std::move(read).value();
  }
  auto schedule = roadstead::parse_schedule(text.substr(0, newline));
  if (!schedule) return 0;
  auto now = roadstead::Instant::from_seconds(1'790'000'000);
  for (int count = 0; count < 3; ++count) {
    auto next = roadstead::next_time(*schedule, zone, now, now);
    if (!next) break;
    if (*next <= now) std::abort();
    now = *next;
  }
  return 0;
}
