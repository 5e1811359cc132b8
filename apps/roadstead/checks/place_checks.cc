#include "place_checks.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <bit>
#include <charconv>
#include <memory>

#include "base/text/text.h"
#include "io/file.h"
#include "../node_parts.h"
#include "proxy/haproxy/haproxy_process.h"
#include "proxy/haproxy/listen_check.h"

namespace roadstead {

namespace {

/// A column of /proc/net/route: the four bytes as they travel, read as a number of this machine.
std::optional<Ipv4> route_column(std::string_view text) {
  std::uint32_t bits = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), bits, 16);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return Ipv4{ntohl(bits)};
}

std::vector<HostAddress> host_addresses() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  std::vector<HostAddress> out;
  for (auto* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
    out.push_back({each->ifa_name, {ntohl(reinterpret_cast<const sockaddr_in*>(each->ifa_addr)->sin_addr.s_addr)}});
  }
  return out;
}

Check port_check(const std::string& name, const std::string& address, int port, const std::string& otherwise) {
  auto problem = listen_problem(address, port, otherwise);
  if (!problem) return {name, true, cat(address, ":", port, " is free"), ""};
  return {name, false, cat(address, ":", port, " cannot be listened on"), *problem};
}

Check range_check(const ServeSettings& settings) {
  auto name = std::string("network of tasks");
  auto range = parse_ipv4_range(settings.network_cidr);
  if (!range) return {name, false, settings.network_cidr, range.error().message};
  auto routes = read_file("/proc/net/route");
  auto links = network_config(settings, settings.network_cidr).link_prefix;
  auto who = who_has(*range, host_addresses(), routes ? std::string_view(*routes) : std::string_view(), links);
  if (who.empty()) return {name, true, cat(to_string(*range), " is free"), ""};
  return {name, false, cat(to_string(*range), " is in use: ", who), "choose another range with --network, such as 10.214.0.0/16"};
}

}  // namespace

std::string who_has(const Ipv4Range& range, const std::vector<HostAddress>& addresses, std::string_view routes, std::string_view own_links) {
  for (const auto& one : addresses) {
    if (range.contains(one.address) && !one.interface.starts_with(own_links)) return cat(one.interface, " has the address ", to_string(one.address));
  }
  for (auto line : split(routes, '\n')) {
    auto columns = split(line, '\t');
    if (columns.size() < 8 || columns[0].starts_with(own_links)) continue;
    auto destination = route_column(columns[1]);
    auto mask = route_column(columns[7]);
    if (!destination || !mask || !range.contains(*destination)) continue;  // the line of headings has no number
    auto prefix = std::popcount(mask->bits);
    // What leads to more, such as the default route, loses against the routes of tasks.
    if (prefix >= range.prefix) return cat("a route to ", to_string(Ipv4Range{*destination, prefix}), " by ", columns[0]);
  }
  return "";
}

std::vector<Check> check_places(const ServeSettings& settings) {
  std::vector<Check> out;
  out.push_back(port_check("port of the API", settings.api_address, settings.api_port, "choose another with --api"));
  auto proxy = proxy_settings(settings);
  if (HaproxyProcess(proxy).adopt()) {
    out.push_back({"ports of services", true, "served by this installation's proxy", ""});
  } else {
    for (const auto& address : settings.bind_addresses) {
      out.push_back(port_check("port for HTTP", address, settings.http_port, "choose another with --http-port"));
      out.push_back(port_check("port for HTTPS", address, settings.https_port, "choose another with --https-port"));
    }
  }
  out.push_back(range_check(settings));
  return out;
}

}  // namespace roadstead
