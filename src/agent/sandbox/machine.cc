#include "agent/sandbox/machine.h"

#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "agent/sandbox/link/links.h"
#include "agent/sandbox/link/namespaces.h"
#include "agent/sandbox/link/ready_namespace.h"
#include "agent/sandbox/record.h"
#include "base/observe/log.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr auto forwarding = "net/ipv4/ip_forward";

bool is_word(std::string_view text, std::size_t longest, std::string_view also) {
  auto allowed = [&](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || also.contains(c); };
  return !text.empty() && text.size() <= longest && text.front() >= 'a' && text.front() <= 'z' &&
         std::all_of(text.begin(), text.end(), allowed);
}

Status make_directories(const NetworkConfig& config) {
  for (auto name : {"/netns", "/tasks"}) {
    std::error_code problem;
    std::filesystem::create_directories(cat(config.state_dir, name), problem);
    if (problem) {
      return Error{"NetworkUnavailable", cat("could not make ", config.state_dir, name, ": ", problem.message())};
    }
  }
  return Done{};
}

std::string holder_of(const NetworkConfig& config) { return cat(config.link_prefix, "host"); }

Status keep_addresses(const NetworkConfig& config, const RulesetConfig& rules, NetlinkSocket& socket) {
  NetlinkBatch link;
  add_address_holder(link, holder_of(config));
  TRY(socket.run(link));
  auto index = TRY(link_index(holder_of(config)));
  NetlinkBatch addresses;
  add_host_address(addresses, index, rules.host_address);
  add_host_address(addresses, index, rules.endpoint_address);
  add_host_range(addresses, index, TRY(parse_ipv4_range(connect_range)));
  return socket.run(addresses);
}

Status turn_forwarding_on(const NetworkConfig& config) {
  auto before = TRY(read_sysctl(forwarding));
  if (before == "1") return Done{};
  TRY(replace_file(cat(config.state_dir, "/ip_forward"), before));
  return write_sysctl(forwarding, "1");
}

Status restore_forwarding(const NetworkConfig& config) {
  auto note = cat(config.state_dir, "/ip_forward");
  auto before = read_whole_file(note);
  if (!before) return Done{};
  TRY(write_sysctl(forwarding, *before));
  ::unlink(note.c_str());
  return Done{};
}

}  // namespace

Result<RulesetConfig> ruleset_config_of(const NetworkConfig& config, const Resolvers& resolvers) {
  auto invalid = [](std::string message) { return Error{"InvalidNetwork", std::move(message)}; };
  if (!is_word(config.table, 64, "_")) return invalid(cat("\"", config.table, "\" cannot be the name of a table"));
  if (!is_word(config.link_prefix, 6, "")) return invalid(cat("\"", config.link_prefix, "\" cannot begin link names"));
  if (config.task_ranges.empty()) return invalid("a task network needs a range of addresses");
  if (config.first_dynamic_port == 0 || config.first_dynamic_port > config.last_dynamic_port) {
    return invalid("the dynamic ports are not a range");
  }
  RulesetConfig rules{.table = config.table, .link_prefix = config.link_prefix};
  for (const auto& range : config.task_ranges) rules.task_ranges.push_back(TRY(parse_ipv4_range(range)));
  auto bridge = TRY(parse_ipv4_range(config.bridge_range));
  if (bridge.prefix > 30 || bridge.prefix < 8) return invalid("the bridge range must be a /8 to a /30");
  auto first = rules.task_ranges.front();
  rules.host_address = config.host_address.empty() ? Ipv4{first.network.bits + 1} : TRY(parse_ipv4(config.host_address));
  rules.task_ranges.push_back(bridge);
  rules.endpoint_address = TRY(parse_ipv4(config.endpoint_address));
  rules.endpoint_port = config.endpoint_port;
  rules.host_tcp_ports = config.host_tcp_ports;
  for (const auto& server : resolvers.servers) {
    auto address = parse_ipv4(server);
    if (address) rules.nameservers.insert(*address);
  }
  // Beside the machine's own: tasks that run already may still ask those.
  if (!config.resolver_address.empty()) rules.nameservers.insert(TRY(parse_ipv4(config.resolver_address)));
  return rules;
}

Result<PreparedMachine> prepare_machine(const NetworkConfig& config) {
  auto resolvers = machine_resolvers();
  auto rules = TRY(ruleset_config_of(config, resolvers));
  if (!config.resolver_address.empty()) resolvers.servers = {config.resolver_address};
  OwnedFd home(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!home) return Error{"NetworkUnavailable", "/proc is not mounted, or this kernel has no network namespaces"};
  auto socket = TRY(NetlinkSocket::open(NETLINK_ROUTE));
  auto nftables = Nftables::open();
  if (!nftables && !config.allow_unfiltered) return nftables.error();
  if (!nftables) {
    log_error("security_groups_not_enforced", {{"why", nftables.error().message}});
  }
  TRY(make_directories(config));
  TRY(keep_addresses(config, rules, socket));
  TRY(turn_forwarding_on(config));
  PreparedMachine machine{.home = std::move(home),
                          .socket = std::move(socket),
                          .connections = TRY(NetlinkSocket::open(NETLINK_NETFILTER)),
                          .nftables = std::nullopt,
                          .rules = std::move(rules),
                          .resolvers = std::move(resolvers),
                          .bridge_range = TRY(parse_ipv4_range(config.bridge_range))};
  if (nftables) machine.nftables = std::move(*nftables);
  return machine;
}

Status remove_leftovers(
    const NetworkConfig& config,
    NetlinkSocket& socket,
    const std::set<std::string>& links_kept,
    const std::set<std::string>& tasks_kept
) {
  NetlinkBatch batch;
  for (const auto& link : TRY(list_links(socket))) {
    if (is_task_link(link.name, config.link_prefix) && !links_kept.contains(link.name)) remove_link(batch, link.index);
  }
  TRY(socket.run(batch));
  auto pins = cat(config.state_dir, "/netns");
  for (const auto& name : names_in(pins)) {
    if (!tasks_kept.contains(name)) TRY(unpin_namespace(cat(pins, '/', name)));
  }
  auto records = cat(config.state_dir, "/tasks");
  for (const auto& name : names_in(records)) {
    if (!tasks_kept.contains(name)) ::unlink(cat(records, '/', name).c_str());
  }
  return Done{};
}

void forget_connections(NetlinkSocket& connections, Ipv4 address) {
  NetlinkBatch batch;
  // Connections it opened begin at its address; the answers of those it accepted do, translated or not.
  for (int tuple : {CTA_TUPLE_ORIG, CTA_TUPLE_REPLY}) {
    batch.begin((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_DELETE, NLM_F_ACK, "forget connections", ENOENT);
    batch.header(nfgenmsg{.nfgen_family = AF_INET, .version = NFNETLINK_V0, .res_id = 0});
    auto whole = batch.nest(tuple);
    auto addresses = batch.nest(CTA_TUPLE_IP);
    batch.put_bytes(CTA_IP_V4_SRC, wire_bytes(address));
    batch.close(addresses);
    batch.close(whole);
    // Only the source address of the tuple counts. Older kernels know no such filter and refuse the whole request.
    constexpr std::uint32_t source_address = 1;
    auto filter = batch.nest(CTA_FILTER);
    batch.put(tuple == CTA_TUPLE_ORIG ? CTA_FILTER_ORIG_FLAGS : CTA_FILTER_REPLY_FLAGS, source_address);
    batch.close(filter);
  }
  auto outcome = connections.run(batch);
  if (!outcome) log_debug("connections_not_forgotten", {{"why", outcome.error().message}});
}

NameFiles machine_names() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) name[0] = '\0';
  return {.resolv_conf = read_whole_file("/etc/resolv.conf").value_or(""),
          .hosts = read_whole_file("/etc/hosts").value_or("127.0.0.1\tlocalhost\n"),
          .hostname = name};
}

Status teardown_network(const NetworkConfig& config) {
  TRY(ruleset_config_of(config, {}));
  auto nftables = Nftables::open();
  if (nftables) TRY(nftables->run(cat("add table inet ", config.table, "\ndelete table inet ", config.table, "\n")));
  auto socket = TRY(NetlinkSocket::open(NETLINK_ROUTE));
  TRY(remove_leftovers(config, socket, {}, {}));
  auto holder = link_index(holder_of(config));
  NetlinkBatch batch;
  if (holder) remove_link(batch, *holder);
  TRY(socket.run(batch));
  TRY(restore_forwarding(config));
  std::error_code ignored;
  for (auto name : {"/netns", "/tasks", ""}) std::filesystem::remove(cat(config.state_dir, name), ignored);
  return Done{};
}

}  // namespace roadstead
