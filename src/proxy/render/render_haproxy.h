// Renders what HAProxy is to do: one configuration and the files it names.
//
// Deterministic: the same view gives the same bytes. What can change at run time (maps, servers, certificates) is
// rendered too, so that a HAProxy started from the files is complete, but does not count for `structure`: only a change
// of `structure` needs a reload. Pure; any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "proxy/render/proxy_settings.h"
#include "proxy/render/proxy_view.h"
#include "proxy/render/routes.h"
#include "proxy/servers/server_spec.h"

namespace roadstead {

struct RenderedProxy {
  std::string config;
  /// A hash of all of the configuration but servers; a running HAProxy tells its own (`show info`, description).
  std::string structure;
  /// Response bodies and error pages, by path below the directory. They never change under their name.
  std::map<std::string, std::string> files;
  /// Hosts with a certificate, sorted, each once.
  std::vector<std::string> certificate_hosts;
  std::string crt_list;
  std::vector<ServerSpec> servers;
  /// By backend of a target group: the lines that say how its servers are checked.
  std::map<std::string, std::string> checks;
  /// Real ports that it listens on.
  std::vector<int> ports;
  Routes routes;
};

/// `servers` as servers_of gives them. `blocked_ports` maps real ports that cannot be had to the reason; endpoints of Service
/// Connect at `blocked_addresses` are left out.
RenderedProxy render_haproxy(
    const ProxyView& view, const ProxySettings& settings, std::vector<ServerSpec> servers,
    const std::map<int, std::string>& blocked_ports = {}, const std::set<std::string>& blocked_addresses = {}
);

/// The path of a host's certificate: "<directory>/certificates/<host>.pem". '*' becomes "_".
std::string certificate_path(const ProxySettings& settings, const std::string& host);

/// One line of the crt-list.
std::string crt_list_line(const ProxySettings& settings, const std::string& host);

/// Whether `name` can be the name in a certificate: labels of letters, digits and hyphens, perhaps "*." in front.
bool is_certificate_name(std::string_view name);

}  // namespace roadstead
