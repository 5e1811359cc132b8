// Reads what HAProxy's runtime socket answers. Pure; any thread. Unknown columns and lines are passed over.
// Source: HAProxy 2.6 management guide §9.1 and §9.3.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxy/port.h"
#include "proxy/servers/server_spec.h"

namespace roadstead {

struct ShownStats {
  LiveServers servers;
  /// Counters of each backend since its worker started, by backend name.
  std::map<std::string, TargetGroupStats> backends;
};

/// The answers of one or several `show stat … 6 -1`, each with its header line.
ShownStats parse_show_stat(std::string_view text);

/// One process of `show proc` on the master's socket.
struct WorkerProcess {
  int pid = 0;
  bool old = false;  // replaced by a reload, finishing its connections

  bool operator==(const WorkerProcess&) const = default;
};

std::vector<WorkerProcess> parse_show_proc(std::string_view text);

/// The `description` of `show info`: the structure that the worker runs; empty when there is none.
std::string parse_description(std::string_view text);

/// The file names that `show ssl crt-list <list>` answers with the filters behind them: "path filter …" each.
std::vector<std::string> parse_crt_list(std::string_view text);

}  // namespace roadstead
