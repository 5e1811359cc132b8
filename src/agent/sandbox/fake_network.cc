#include "agent/sandbox/fake_network.h"

#include <algorithm>
#include <utility>

#include "agent/sandbox/address.h"
#include "agent/sandbox/names.h"
#include "agent/sandbox/spec_rules.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr Ipv4 bridge_network{0xac1e0000};  // 172.30.0.0, as the kernel's

}  // namespace

FakeNetwork::FakeNetwork(FakeNetworkBehaviour behaviour)
    : behaviour_(std::move(behaviour)), next_port_(behaviour_.first_dynamic_port) {}

Status FakeNetwork::take_ports(std::vector<PortMapping>& mappings) {
  std::set<std::pair<std::string, std::uint16_t>> taken;
  for (const auto& [id, member] : members_) {
    for (const auto& port : member.joined.port_mappings) taken.emplace(port.protocol, port.host_port);
  }
  for (auto& mapping : mappings) {
    if (mapping.host_port == 0) {
      int size = behaviour_.last_dynamic_port - behaviour_.first_dynamic_port + 1;
      for (int tried = 0; tried < size && mapping.host_port == 0; ++tried) {
        if (!taken.contains({mapping.protocol, next_port_})) mapping.host_port = next_port_;
        next_port_ = next_port_ == behaviour_.last_dynamic_port ? behaviour_.first_dynamic_port
                                                                : static_cast<std::uint16_t>(next_port_ + 1);
      }
      if (mapping.host_port == 0) return Error{"PortInUse", "no dynamic port is free on this machine"};
    }
    if (!taken.emplace(mapping.protocol, mapping.host_port).second) {
      return Error{"PortInUse", cat(mapping.protocol, " port ", mapping.host_port, " is taken by another task")};
    }
  }
  return Done{};
}

Result<FakeNetwork::Member> FakeNetwork::plan(const NetworkSpec& task) {
  Member member{.task = task, .joined = {}};
  auto& spec = member.task;
  std::set<std::string> taken;
  for (const auto& [id, other] : members_) taken.insert(other.task.address);
  if (!has_link(spec.mode)) {
    spec.address.clear();
    spec.mac.clear();
  } else {
    while (spec.address.empty()) {
      auto address = to_string(Ipv4{bridge_network.bits + ++last_bridge_address_});
      if (!taken.contains(address)) spec.address = address;
    }
    auto address = TRY(parse_ipv4(spec.address));
    if (taken.contains(spec.address)) return Error{"AddressInUse", cat(spec.address, " is in use on this machine")};
    spec.mac = to_string(spec.mac.empty() ? mac_of(address) : TRY(parse_mac(spec.mac)));
    TRY(take_ports(spec.port_mappings));
  }
  auto& joined = member.joined;
  joined.netns_path = spec.mode == NetworkMode::host ? "" : cat("/fake/netns/", spec.task_id);
  joined.host_interface = has_link(spec.mode) ? cat("fake", spec.task_id.substr(0, 8)) : "";
  joined.address = spec.address;
  joined.mac = spec.mac;
  joined.port_mappings = spec.port_mappings;
  joined.names.hostname = hostname_of(spec, spec.address);
  joined.names.hosts = render_hosts(joined.names.hostname, spec.address);
  joined.names.resolv_conf = render_resolv_conf(spec, Resolvers{.servers = {"192.0.2.53"}});
  return member;
}

Result<Joined> FakeNetwork::join(const NetworkSpec& task) {
  TRY(validate_network(task));
  std::lock_guard lock(mutex_);
  CHECK(recovered_, "recover comes before the first join");
  auto found = members_.find(task.task_id);
  if (found != members_.end()) {
    auto& member = found->second;
    if (!is_same_network(member.task, task)) {
      return Error{"InvalidNetwork", cat("task ", task.task_id, " has joined with another network already")};
    }
    member.task.security_group_ids = task.security_group_ids;
    return member.joined;
  }
  auto failure = behaviour_.fails.find(task.task_id);
  if (failure != behaviour_.fails.end()) return failure->second;
  auto member = TRY(plan(task));
  waited_ += behaviour_.join_takes;
  return members_.emplace(task.task_id, std::move(member)).first->second.joined;
}

Status FakeNetwork::leave(const std::string& task_id) {
  std::lock_guard lock(mutex_);
  CHECK(recovered_, "recover comes before the first leave");
  members_.erase(task_id);
  return Done{};
}

Result<std::vector<std::string>> FakeNetwork::recover(const std::set<std::string>& wanted) {
  std::lock_guard lock(mutex_);
  CHECK(!recovered_, "recover is called once");
  std::vector<std::string> kept;
  for (const auto& [id, task] : behaviour_.left_behind) {
    if (!wanted.contains(id)) continue;
    members_.emplace(id, TRY(plan(task)));
    kept.push_back(id);
  }
  recovered_ = true;
  return kept;
}

Status FakeNetwork::set_security_groups(const std::vector<SecurityGroup>& groups) {
  TRY(validate_groups(groups));
  std::lock_guard lock(mutex_);
  groups_ = groups;
  return Done{};
}

Status FakeNetwork::set_connect_endpoints(const std::vector<ConnectEndpoint>& endpoints) {
  TRY(validate_endpoints(endpoints));
  std::lock_guard lock(mutex_);
  endpoints_ = endpoints;
  return Done{};
}

std::vector<std::string> FakeNetwork::present() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, member] : members_) ids.push_back(id);
  return ids;
}

std::vector<SecurityGroup> FakeNetwork::groups() const {
  std::lock_guard lock(mutex_);
  return groups_;
}

std::vector<ConnectEndpoint> FakeNetwork::endpoints() const {
  std::lock_guard lock(mutex_);
  return endpoints_;
}

Duration FakeNetwork::waited() const {
  std::lock_guard lock(mutex_);
  return waited_;
}

}  // namespace roadstead
