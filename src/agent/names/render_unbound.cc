#include "agent/names/render_unbound.h"

#include <algorithm>

#include "agent/names/render_zone.h"
#include "agent/sandbox/names.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

/// An address as resolv.conf writes it: nothing that could end a line of the configuration.
bool is_address(std::string_view text) {
  auto fits = [](char letter) {
    bool hex = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
    return hex || letter == '.' || letter == ':';
  };
  return !text.empty() && std::ranges::all_of(text, fits);
}

}  // namespace

std::vector<std::string> forwarders_in(std::string_view resolv_conf, std::string_view own) {
  std::vector<std::string> out;
  for (auto& server : parse_resolv_conf(resolv_conf).servers) {
    // A scope ("fe80::1%eth0") means nothing to unbound.
    auto address = server.substr(0, server.find('%'));
    if (address != own && is_address(address)) out.push_back(std::move(address));
  }
  return out;
}

std::string render_unbound(const NameServerSettings& settings, const std::vector<std::string>& forwarders) {
  const auto& home = settings.directory;
  std::string text = cat(
      "# Made by Roadstead; changes here are lost.\nserver:\n  interface: ", settings.address, "\n  ip-freebind: yes\n"
      "  access-control: 0.0.0.0/0 refuse\n"
  );
  for (const auto& range : settings.ranges) text += cat("  access-control: ", range, " allow\n");
  text += cat(
      "  username: \"", settings.user, "\"\n  chroot: \"", home, "\"\n  directory: \"", home, "\"\n  pidfile: \"", home,
      "/unbound.pid\"\n  logfile: \"", home, "/unbound.log\"\n"
      "  use-syslog: no\n  do-daemonize: yes\n  num-threads: 1\n  module-config: \"respip iterator\"\n"
      "  rrset-roundrobin: yes\n  hide-identity: yes\n  hide-version: yes\n  minimal-responses: yes\n"
      // The machine's own resolver may well be on its loopback, and know the names of its network.
      "  do-not-query-localhost: no\n  unblock-lan-zones: yes\n  insecure-lan-zones: yes\n"
      "remote-control:\n  control-enable: yes\n  control-interface: \"", home, "/control.sock\"\n  control-use-cert: no\n"
      "rpz:\n  name: ", policy_zone, "\n  zonefile: \"", home, "/names.zone\"\n"
  );
  if (forwarders.empty()) return text;
  text += "forward-zone:\n  name: \".\"\n";
  for (const auto& address : forwarders) text += cat("  forward-addr: ", address, '\n');
  return text;
}

}  // namespace roadstead
