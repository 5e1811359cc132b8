// What every Network promises, as tests: KernelNetwork and FakeNetwork both pass them, so the fake cannot lie.
// A host is a factory of Networks on one machine: `make` gives a fresh one after an earlier one has gone.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "agent/sandbox/port.h"

namespace roadstead {

/// Opens a Network that has not recovered yet.
using NetworkFactory = std::function<std::unique_ptr<Network>()>;

inline NetworkSpec awsvpc_task(std::string id, std::string address, std::vector<std::string> groups = {"sg-open"}) {
  return {.task_id = std::move(id), .address = std::move(address), .security_group_ids = std::move(groups)};
}

inline NetworkSpec bridge_task(std::string id, std::vector<PortMapping> ports) {
  return {.task_id = std::move(id), .mode = NetworkMode::bridge, .port_mappings = std::move(ports)};
}

inline void join_answers_the_same_when_asked_again(Network& network) {
  auto task = awsvpc_task("t1", "10.80.0.5");
  auto first = network.join(task);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->address, "10.80.0.5");
  EXPECT_EQ(first->mac, "02:52:0a:50:00:05");
  EXPECT_FALSE(first->netns_path.empty());
  EXPECT_FALSE(first->host_interface.empty());
  EXPECT_EQ(first->names.hostname, "ip-10-80-0-5");
  EXPECT_TRUE(first->names.hosts.ends_with("10.80.0.5\tip-10-80-0-5\n"));
  auto again = network.join(task);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *first);
  task.security_group_ids = {"sg-other"};
  again = network.join(task);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *first);
  task.address = "10.80.0.6";
  EXPECT_EQ(network.join(task).error().code, "InvalidNetwork");
  EXPECT_TRUE(network.leave("t1"));
}

inline void leave_frees_and_may_be_called_again(Network& network) {
  ASSERT_TRUE(network.join(awsvpc_task("t1", "10.80.0.5")));
  EXPECT_EQ(network.join(awsvpc_task("t2", "10.80.0.5")).error().code, "AddressInUse");
  EXPECT_TRUE(network.leave("t1"));
  EXPECT_TRUE(network.leave("t1"));
  EXPECT_TRUE(network.leave("never-joined"));
  auto second = network.join(awsvpc_task("t2", "10.80.0.5"));
  EXPECT_TRUE(second) << second.error().message;
  EXPECT_TRUE(network.leave("t2"));
}

inline void specs_that_make_no_sense_are_refused(Network& network) {
  std::vector<NetworkSpec> wrong{
      awsvpc_task("", "10.80.0.5"),
      awsvpc_task("../up", "10.80.0.5"),
      awsvpc_task("t", ""),
      awsvpc_task("t", "10.80.0"),
      awsvpc_task("t", "10.80.0.5", {"sg; flush ruleset"}),
      {.task_id = "t", .address = "10.80.0.5", .mac = "01:00:5e:00:00:01"},
      {.task_id = "t", .address = "10.80.0.5", .port_mappings = {{.container_port = 80}}},
      {.task_id = "t", .mode = NetworkMode::host, .security_group_ids = {"sg-1"}},
      bridge_task("t", {{.protocol = "sctp", .container_port = 80}}),
      bridge_task("t", {{.protocol = "tcp", .container_port = 0}}),
  };
  for (const auto& task : wrong) {
    auto outcome = network.join(task);
    ASSERT_FALSE(outcome) << task.task_id << ' ' << task.address;
    EXPECT_EQ(outcome.error().code, "InvalidNetwork") << outcome.error().message;
  }
}

inline void host_and_none_have_no_address(Network& network) {
  auto host = network.join({.task_id = "h", .mode = NetworkMode::host});
  ASSERT_TRUE(host) << host.error().message;
  EXPECT_EQ(host->netns_path, "");
  EXPECT_EQ(host->address, "");
  auto none = network.join({.task_id = "n", .mode = NetworkMode::none});
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_NE(none->netns_path, "");
  EXPECT_EQ(none->host_interface, "");
  EXPECT_TRUE(network.leave("h"));
  EXPECT_TRUE(network.leave("n"));
}

inline void bridge_chooses_addresses_and_ports(Network& network) {
  auto first = network.join(bridge_task("b1", {{.container_port = 80}, {.protocol = "udp", .container_port = 53}}));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_FALSE(first->address.empty());
  EXPECT_GE(first->port_mappings.at(0).host_port, 49153);
  EXPECT_GE(first->port_mappings.at(1).host_port, 49153);
  auto taken = first->port_mappings[0].host_port;
  auto clash = network.join(bridge_task("b2", {{.container_port = 81, .host_port = taken}}));
  ASSERT_FALSE(clash);
  EXPECT_EQ(clash.error().code, "PortInUse");
  auto second = network.join(bridge_task("b2", {{.container_port = 80}}));
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_NE(second->address, first->address);
  EXPECT_NE(second->port_mappings[0].host_port, taken);
  auto again = network.join(bridge_task("b2", {{.container_port = 80}}));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *second);
  EXPECT_TRUE(network.leave("b1"));
  auto third = network.join(bridge_task("b3", {{.container_port = 80, .host_port = taken}}));
  EXPECT_TRUE(third) << third.error().message;
  EXPECT_TRUE(network.leave("b2"));
  EXPECT_TRUE(network.leave("b3"));
}

inline void groups_are_taken_whole_or_not_at_all(Network& network) {
  SecurityGroup good{.id = "sg-1", .ingress = {{.protocol = "tcp", .from_port = 80, .to_port = 80, .cidr = "::/0"},
                                               {.protocol = "17", .from_port = 1, .to_port = 9, .group_id = "sg-2"},
                                               {.protocol = "icmp", .from_port = 8, .cidr = "10.0.0.0/8"}}};
  EXPECT_TRUE(network.set_security_groups({good}));
  std::vector<SecurityGroup> wrong(5, good);
  wrong[0].id = "sg 1";
  wrong[1].ingress[0].protocol = "tcp accept;";
  wrong[2].ingress[0].to_port = 70;
  wrong[3].ingress[2].cidr = "10.0.0.0/33";
  wrong[4].remote_members = {"10.80.0"};
  for (const auto& group : wrong) EXPECT_EQ(network.set_security_groups({group}).error().code, "InvalidNetwork");
  EXPECT_EQ(network.set_security_groups({good, good}).error().code, "InvalidNetwork");
  EXPECT_TRUE(network.set_security_groups({}));
}

inline void endpoints_are_taken_whole_or_not_at_all(Network& network) {
  ConnectEndpoint good{.address = "169.254.176.1", .port = 80, .namespace_id = "ns-1", .sources = {{.cidr = "10.0.0.0/8"}, {.group_id = "sg-1"}, {}}};
  EXPECT_TRUE(network.set_connect_endpoints({good}));
  auto inside = awsvpc_task("a", "10.80.0.5");
  inside.connect_namespace = "ns-2";
  EXPECT_TRUE(network.join(inside));
  auto other = good;
  other.address = "169.254.176.2";
  other.namespace_id = "ns-2";
  EXPECT_TRUE(network.set_connect_endpoints({good, other}));
  std::vector<ConnectEndpoint> wrong(4, good);
  wrong[0].address = "10.80.0.1";
  wrong[1].port = 0;
  wrong[2].namespace_id = "ns 1; accept";
  wrong[3].sources[0].cidr = "10.0.0.0/33";
  for (const auto& endpoint : wrong) EXPECT_EQ(network.set_connect_endpoints({endpoint}).error().code, "InvalidNetwork");
  EXPECT_TRUE(network.set_connect_endpoints({}));
  EXPECT_TRUE(network.leave("a"));
}

/// Runs all of them, each on a fresh Network that has recovered nothing.
inline void keeps_the_network_contract(const NetworkFactory& make) {
  using Promise = void (*)(Network&);
  const std::pair<const char*, Promise> promises[] = {
      {"join_answers_the_same_when_asked_again", join_answers_the_same_when_asked_again},
      {"leave_frees_and_may_be_called_again", leave_frees_and_may_be_called_again},
      {"specs_that_make_no_sense_are_refused", specs_that_make_no_sense_are_refused},
      {"host_and_none_have_no_address", host_and_none_have_no_address},
      {"bridge_chooses_addresses_and_ports", bridge_chooses_addresses_and_ports},
      {"groups_are_taken_whole_or_not_at_all", groups_are_taken_whole_or_not_at_all},
      {"endpoints_are_taken_whole_or_not_at_all", endpoints_are_taken_whole_or_not_at_all},
  };
  for (const auto& [name, promise] : promises) {
    SCOPED_TRACE(name);
    auto network = make();
    ASSERT_TRUE(network);
    auto recovered = network->recover({"unknown"});
    ASSERT_TRUE(recovered) << recovered.error().message;
    EXPECT_TRUE(recovered->empty());
    promise(*network);
  }
}

}  // namespace roadstead
