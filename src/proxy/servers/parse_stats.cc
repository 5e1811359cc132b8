#include "proxy/servers/parse_stats.h"

#include "base/text/text.h"

namespace roadstead {
namespace {

/// The columns of one header line.
class Columns {
 public:
  explicit Columns(std::string_view header) {
    auto names = split(header, ',');
    for (std::size_t i = 0; i < names.size(); ++i) places_[std::string(names[i])] = i;
  }

  std::string_view text(const std::vector<std::string_view>& row, std::string_view name) const {
    auto place = places_.find(name);
    return place == places_.end() || place->second >= row.size() ? std::string_view() : row[place->second];
  }

  template <class Number>
  Number number(const std::vector<std::string_view>& row, std::string_view name) const {
    return to_number<Number>(text(row, name)).value_or(0);
  }

 private:
  std::map<std::string, std::size_t, std::less<>> places_;
};

TargetGroupStats backend_stats(const Columns& columns, const std::vector<std::string_view>& row) {
  TargetGroupStats stats;
  stats.requests = columns.number<std::uint64_t>(row, "req_tot");
  stats.responses_2xx = columns.number<std::uint64_t>(row, "hrsp_2xx");
  stats.responses_3xx = columns.number<std::uint64_t>(row, "hrsp_3xx");
  stats.responses_4xx = columns.number<std::uint64_t>(row, "hrsp_4xx");
  stats.responses_5xx = columns.number<std::uint64_t>(row, "hrsp_5xx");
  stats.sessions = columns.number<int>(row, "scur");
  stats.response_time = std::chrono::milliseconds(columns.number<std::int64_t>(row, "rtime"));
  return stats;
}

LiveServer server_of(const Columns& columns, const std::vector<std::string_view>& row) {
  LiveServer server;
  server.status = columns.text(row, "status");
  auto check = columns.text(row, "check_status");
  if (check.starts_with("* ")) check.remove_prefix(2);
  server.check_status = check;
  server.check_code = columns.number<int>(row, "check_code");
  server.sessions = columns.number<int>(row, "scur") + columns.number<int>(row, "qcur");
  return server;
}

}  // namespace

ShownStats parse_show_stat(std::string_view text) {
  ShownStats shown;
  std::optional<Columns> columns;
  for (auto line : split(text, '\n')) {
    if (line.starts_with("# ")) {
      columns.emplace(line.substr(2));
      continue;
    }
    if (!columns || line.empty()) continue;
    auto row = split(line, ',');
    if (row.size() < 20) continue;
    std::string backend(columns->text(row, "pxname"));
    auto server = columns->text(row, "svname");
    if (server == "BACKEND") {
      shown.backends[backend] = backend_stats(*columns, row);
    } else if (server != "FRONTEND") {
      shown.servers[cat(backend, "/", server)] = server_of(*columns, row);
    }
  }
  for (auto& [backend, stats] : shown.backends) {
    auto prefix = cat(backend, "/s_");
    for (auto at = shown.servers.lower_bound(prefix); at != shown.servers.end() && at->first.starts_with(prefix); ++at) {
      if (at->second.status.starts_with("UP")) ++stats.healthy_targets;
    }
  }
  return shown;
}

std::vector<WorkerProcess> parse_show_proc(std::string_view text) {
  std::vector<WorkerProcess> out;
  bool old = false;
  for (auto line : split(text, '\n')) {
    if (line.starts_with("# old")) old = true;
    if (line.starts_with("# programs")) break;
    auto pid = to_number<int>(line.substr(0, line.find_first_of(" \t")));
    if (pid && line.find("worker") != std::string_view::npos) out.push_back({*pid, old});
  }
  return out;
}

std::string parse_description(std::string_view text) {
  for (auto line : split(text, '\n')) {
    if (to_lower(line.substr(0, 12)) == "description:") return std::string(trim(line.substr(12)));
  }
  return {};
}

std::vector<std::string> parse_crt_list(std::string_view text) {
  std::vector<std::string> out;
  if (!trim(text).starts_with("#")) return out;  // not a list, but a sentence that there is none
  for (auto line : split(text, '\n')) {
    line = trim(line);
    if (!line.empty() && !line.starts_with("#")) out.emplace_back(line);
  }
  return out;
}

}  // namespace roadstead
