#include "agent/logs/fluentd_outlet.h"

#include "agent/logs/msgpack.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs record_of(const LogTarget& target, const LogLine& line) {
  Pairs record{
      {"container_id", target.container_id},
      {"container_name", cat('/', target.container_name)},
      {"source", line.from_stderr ? "stderr" : "stdout"},
      {"log", line.message},
  };
  for (const auto& [name, value] : target.attributes) record.emplace_back(name, value);
  if (!line.piece) return record;
  record.emplace_back("partial_message", "true");
  record.emplace_back("partial_id", line.piece->id);
  record.emplace_back("partial_ordinal", cat(line.piece->ordinal));
  record.emplace_back("partial_last", line.piece->last ? "true" : "false");
  return record;
}

}  // namespace

std::vector<std::string> render_fluentd_lines(const LogTarget& target, std::span<const LogLine> lines) {
  MessagePack out;
  for (const auto& line : lines) {
    out.begin_array(3);
    out.add(target.tag);
    if (target.sub_second) {
      out.add_event_time(line.timestamp);
    } else {
      out.add(static_cast<std::uint64_t>(line.timestamp.micros / 1'000'000));
    }
    Pairs record = record_of(target, line);
    out.begin_map(static_cast<std::uint32_t>(record.size()));
    for (const auto& [name, value] : record) {
      out.add(name);
      out.add(value);
    }
  }
  return {out.take()};
}

}  // namespace roadstead
