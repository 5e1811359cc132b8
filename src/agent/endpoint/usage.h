// What a container or task uses, as Docker's statistics show it. Pure texts and numbers; the files are read elsewhere.
// Source: reference/ecs-core.md §6.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "agent/runtime/port.h"
#include "base/time/time.h"

namespace roadstead {

/// Counters of a task's interface as the task sees them.
struct InterfaceCounters {
  std::uint64_t rx_bytes = 0;
  std::uint64_t rx_packets = 0;
  std::uint64_t rx_errors = 0;
  std::uint64_t rx_dropped = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t tx_packets = 0;
  std::uint64_t tx_errors = 0;
  std::uint64_t tx_dropped = 0;

  bool operator==(const InterfaceCounters&) const = default;
};

/// Reads the line of `host_interface`, the machine's end of a task's veth, in the text of /proc/net/dev. What the machine
/// receives there the task has sent, so both directions are turned round.
std::optional<InterfaceCounters> parse_counters(std::string_view proc_net_dev, std::string_view host_interface);

/// The time that all processors of the machine have counted together, nanoseconds, from the text of /proc/stat.
std::uint64_t parse_system_cpu(std::string_view proc_stat);

/// All that one answer is made of.
struct UsageReading {
  Instant at;
  UsageSample usage;
  std::uint64_t system_cpu_nanos = 0;
  std::optional<InterfaceCounters> network = {};
};

/// What does not change from reading to reading.
struct UsageSubject {
  std::string id;
  std::string name;
  std::uint64_t memory_limit = 0;  ///< bytes
  unsigned processors = 1;
};

/// The statistics object: `before` is the last reading, if there was one.
boost::json::object render_usage(
    const UsageSubject& subject, const UsageReading& now, const std::optional<UsageReading>& before
);

}  // namespace roadstead
