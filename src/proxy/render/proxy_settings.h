// What the operator decides about the proxy: where it listens, how patient it is, how it looks at new targets.
// A plain value, read once at start; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time/time.h"

namespace roadstead {

struct ProxySettings {
  /// Absolute; everything of HAProxy lives below it (docs/formats/haproxy.md). Made with mode 0700.
  std::string directory;
  /// IPv4 or IPv6 addresses to listen on. At least one.
  std::vector<std::string> bind_addresses = {"0.0.0.0"};
  /// Where listeners of port 80 and 443 really listen. 80 and 443 need root; other listeners keep their number.
  std::uint16_t http_port = 80;
  std::uint16_t https_port = 443;
  /// Plain HTTP on port 80 answers with a redirect to HTTPS, unless a listener of port 80 exists.
  bool redirect_http = true;
  /// The host name of the certificate shown to clients that ask for none we have.
  std::string default_host = "localhost";
  /// Client connections at once; each needs two descriptors. 0: as many as the limit of open files allows, at most 9,900.
  int max_connections = 0;
  /// Threads of HAProxy; 0: one for each core.
  int threads = 0;
  /// The account that its workers run as when we are root; empty: "haproxy" if there is such an account, else ours.
  std::string user = {};
  /// How often a target that never answered is probed, and until when failing probes do not count against it
  /// (reference/express-mode.md §2.7).
  Duration probe_interval = std::chrono::milliseconds(250);
  Duration startup_grace = std::chrono::seconds(60);
  /// How often a target that did not answer within its grace is probed, at most.
  Duration late_probe_interval = std::chrono::seconds(2);
  /// Upgraded connections (WebSocket) may be silent for this long.
  Duration tunnel_timeout = std::chrono::hours(1);
  /// A worker that was replaced by a reload gives its last connections this long.
  Duration old_worker_patience = std::chrono::hours(1);
  /// The program. Looked up in PATH.
  std::string program = "haproxy";
};

/// Where a listener of `port` really listens.
inline int real_port(const ProxySettings& settings, int port) {
  if (port == 80) return settings.http_port;
  if (port == 443) return settings.https_port;
  return port;
}

}  // namespace roadstead
