#include "agent/sandbox/probe.h"

#include <linux/netlink.h>

#include <string>

#include "agent/sandbox/link/links.h"
#include "agent/sandbox/machine.h"
#include "agent/sandbox/link/namespaces.h"
#include "agent/sandbox/filter/nftables.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

NetworkCheck check_of(std::string name, const Status& outcome, std::string_view advice) {
  if (outcome) return {.check = std::move(name), .ok = true};
  return {.check = std::move(name), .ok = false, .mend = cat(outcome.error().message, ": ", advice)};
}

/// Runs `use` inside a fresh namespace.
Status in_throwaway(const std::function<Status()>& use) {
  TRY(make_namespace(use));
  return Done{};
}

Status try_links() {
  return in_throwaway([]() -> Status {
    auto here = TRY(open_namespace("/proc/thread-self/ns/net"));
    auto socket = TRY(NetlinkSocket::open(NETLINK_ROUTE));
    NetlinkBatch batch;
    add_veth(batch, "probe", here.get());
    add_address_holder(batch, "holder");
    return socket.run(batch);
  });
}

Status try_rules(const RulesetConfig& rules) {
  return in_throwaway([&]() -> Status {
    auto nftables = TRY(Nftables::open());
    GroupTable groups{{"sg-probe", {.id = "sg-probe", .ingress = {{}}, .egress = {{}}}}};
    TaskTable tasks{{"probe", {.address = rules.host_address, .groups = {"sg-probe"}, .port_mappings = {{"tcp", 80, 80}}}}};
    return nftables.run(render_table(rules, groups, tasks));
  });
}

NetworkCheck check_forward_chains(const NetworkConfig& config) {
  NetworkCheck check{.check = "other firewalls let task traffic pass"};
  auto nftables = Nftables::open();
  if (!nftables) return check;  // the line about nftables says so
  auto listing = nftables->list("list chains");
  if (!listing) return check;
  auto chains = dropping_forward_chains(*listing, config.table);
  if (chains.empty()) return check;
  check.ok = false;
  check.mend = cat("the chain ", chains.front(), " drops traffic between tasks and the world: accept ",
                   config.link_prefix, "* in and out there, with Docker by `iptables -I DOCKER-USER -i ",
                   config.link_prefix, "+ -j ACCEPT` and the same with -o");
  return check;
}

}  // namespace

std::vector<std::string> dropping_forward_chains(std::string_view listing, std::string_view own_table) {
  std::vector<std::string> found;
  std::string table;
  std::string chain;
  for (auto line : split(listing, '\n')) {
    auto words = split(trim(line), ' ');
    if (words.size() >= 4 && words[0] == "table") table = cat(words[1], ' ', words[2]);
    if (words.size() >= 3 && words[0] == "chain") chain = words[1];
    bool drops = line.contains("hook forward") && line.contains("policy drop");
    if (drops && table != cat("inet ", own_table)) found.push_back(cat(table, ' ', chain));
  }
  return found;
}

std::vector<NetworkCheck> probe_network(const NetworkConfig& config) {
  auto resolvers = machine_resolvers();
  auto rules = ruleset_config_of(config, resolvers);
  if (!rules) return {{.check = "network configuration", .ok = false, .mend = rules.error().message}};
  std::vector<NetworkCheck> checks;
  auto namespaces = in_throwaway([]() -> Status { return Done{}; });
  checks.push_back(check_of(
      "network namespaces", namespaces, "run as root, and not in a container without CAP_SYS_ADMIN and CAP_NET_ADMIN"
  ));
  if (!namespaces) return checks;
  checks.push_back(check_of("veth and bridge links", try_links(), "the kernel needs CONFIG_VETH and CONFIG_BRIDGE"));
  checks.push_back(check_of(
      "nftables with NAT, fib and connection tracking", try_rules(*rules),
      "install the package nftables; the kernel needs CONFIG_NF_TABLES, NFT_NAT, NFT_MASQ, NFT_FIB_INET and NFT_CT"
  ));
  auto forwarding = read_sysctl("net/ipv4/ip_forward");
  bool can_forward = forwarding && (*forwarding == "1" || write_sysctl("net/ipv4/ip_forward", *forwarding));
  checks.push_back(
      {.check = "IPv4 forwarding",
       .ok = can_forward,
       .mend = can_forward ? "" : "/proc/sys is read-only here: set net.ipv4.ip_forward=1 yourself"}
  );
  checks.push_back(check_forward_chains(config));
  checks.push_back({.check = "a resolver that tasks can reach",
                    .ok = !resolvers.servers.empty(),
                    .mend = resolvers.servers.empty() ? "/etc/resolv.conf names only this machine's loopback: name a "
                                                        "resolver of your network there, or give tasks dnsServers"
                                                      : ""});
  return checks;
}

}  // namespace roadstead
