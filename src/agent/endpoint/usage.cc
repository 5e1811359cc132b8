#include "agent/endpoint/usage.h"

#include <boost/json.hpp>
#include <vector>

#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;

constexpr std::uint64_t nanos_per_tick = 10'000'000;  // USER_HZ is 100 on every Linux that user space sees

std::vector<std::uint64_t> numbers_of(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  for (auto word : split(text, ' ')) {
    if (auto number = to_number<std::uint64_t>(word)) numbers.push_back(*number);
  }
  return numbers;
}

json::object render_cpu(const UsageSubject& subject, const UsageReading& reading) {
  json::object usage{{"total_usage", reading.usage.cpu_nanos},
                     {"usage_in_kernelmode", 0},
                     {"usage_in_usermode", reading.usage.cpu_nanos}};
  return {{"cpu_usage", std::move(usage)},
          {"system_cpu_usage", reading.system_cpu_nanos},
          {"online_cpus", subject.processors},
          {"throttling_data", json::object{{"periods", 0}, {"throttled_periods", 0}, {"throttled_time", 0}}}};
}

json::object render_network(const InterfaceCounters& counters) {
  return {{"rx_bytes", counters.rx_bytes},   {"rx_packets", counters.rx_packets}, {"rx_errors", counters.rx_errors},
          {"rx_dropped", counters.rx_dropped}, {"tx_bytes", counters.tx_bytes},   {"tx_packets", counters.tx_packets},
          {"tx_errors", counters.tx_errors}, {"tx_dropped", counters.tx_dropped}};
}

double rate(std::uint64_t now, std::uint64_t before, Duration passed) {
  if (passed <= Duration::zero() || now < before) return 0;
  return static_cast<double>(now - before) * 1e6 / static_cast<double>(passed.count());
}

json::object render_rates(const UsageReading& now, const std::optional<UsageReading>& before) {
  bool known = before && before->network && now.network;
  Duration passed = known ? now.at - before->at : Duration::zero();
  return {{"rx_bytes_per_sec", known ? rate(now.network->rx_bytes, before->network->rx_bytes, passed) : 0.0},
          {"tx_bytes_per_sec", known ? rate(now.network->tx_bytes, before->network->tx_bytes, passed) : 0.0}};
}

json::object render_memory(const UsageSubject& subject, const UsageSample& usage) {
  json::object stats{{"inactive_file", usage.memory_cache_bytes}, {"total_inactive_file", usage.memory_cache_bytes}};
  return {{"usage", usage.memory_bytes},
          {"max_usage", usage.memory_max_bytes},
          {"stats", std::move(stats)},
          {"limit", subject.memory_limit}};
}

json::object render_no_disks() {
  json::object out;
  for (const char* name : {"io_service_bytes_recursive", "io_serviced_recursive", "io_queue_recursive",
                           "io_service_time_recursive", "io_wait_time_recursive", "io_merged_recursive",
                           "io_time_recursive", "sectors_recursive"}) {
    out[name] = json::array();
  }
  return out;
}

}  // namespace

std::optional<InterfaceCounters> parse_counters(std::string_view proc_net_dev, std::string_view host_interface) {
  for (auto line : split(proc_net_dev, '\n')) {
    auto colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)) != host_interface) continue;
    // bytes packets errs drop fifo frame compressed multicast, received and then sent.
    auto values = numbers_of(line.substr(colon + 1));
    if (values.size() < 12) return std::nullopt;
    return InterfaceCounters{
        .rx_bytes = values[8], .rx_packets = values[9], .rx_errors = values[10], .rx_dropped = values[11],
        .tx_bytes = values[0], .tx_packets = values[1], .tx_errors = values[2], .tx_dropped = values[3],
    };
  }
  return std::nullopt;
}

std::uint64_t parse_system_cpu(std::string_view proc_stat) {
  auto line = proc_stat.substr(0, proc_stat.find('\n'));
  if (!line.starts_with("cpu ")) return 0;
  std::uint64_t ticks = 0;
  std::size_t counted = 0;
  // user nice system idle iowait irq softirq steal; guest time is in user already.
  auto values = numbers_of(line.substr(4));
  for (auto value : values) {
    if (counted++ < 8) ticks += value;
  }
  return ticks * nanos_per_tick;
}

json::object render_usage(
    const UsageSubject& subject, const UsageReading& now, const std::optional<UsageReading>& before
) {
  json::object out;
  out["read"] = format_iso8601(now.at, true);
  out["preread"] = before ? format_iso8601(before->at, true) : "0001-01-01T00:00:00Z";
  out["pids_stats"] = json::object{{"current", now.usage.processes}};
  out["blkio_stats"] = render_no_disks();
  out["num_procs"] = 0;
  out["storage_stats"] = json::object();
  out["cpu_stats"] = render_cpu(subject, now);
  out["precpu_stats"] = render_cpu(subject, before.value_or(UsageReading{}));
  out["memory_stats"] = render_memory(subject, now.usage);
  out["name"] = subject.name;
  out["id"] = subject.id;
  if (now.network) {
    out["networks"] = json::object{{"eth0", render_network(*now.network)}};
    out["network_rate_stats"] = render_rates(now, before);
  }
  return out;
}

}  // namespace roadstead
