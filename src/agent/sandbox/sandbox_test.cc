#include <gtest/gtest.h>

#include "agent/sandbox/address.h"
#include "agent/sandbox/fake_network.h"
#include "agent/sandbox/machine.h"
#include "agent/sandbox/names.h"
#include "agent/sandbox/network_contract.h"
#include "agent/sandbox/probe.h"
#include "agent/sandbox/record.h"
#include "agent/sandbox/spec_rules.h"
#include "agent/sandbox/filter/connect_rules.h"
#include "agent/sandbox/filter/rule_book.h"
#include "agent/sandbox/filter/ruleset.h"

namespace roadstead {
namespace {

TEST(FakeNetwork, KeepsTheNetworkContract) {
  keeps_the_network_contract([] { return std::make_unique<FakeNetwork>(); });
}

TEST(FakeNetwork, BehavesAsTold) {
  FakeNetwork network({.join_takes = std::chrono::milliseconds(3),
                       .fails = {{"bad", {"NetworkUnavailable", "no"}}},
                       .left_behind = {{"old", awsvpc_task("old", "10.80.0.9")}, {"stale", awsvpc_task("stale", "10.80.0.8")}}});
  EXPECT_EQ(network.recover({"old"}).value(), std::vector<std::string>{"old"});
  EXPECT_EQ(network.join(awsvpc_task("bad", "10.80.0.5")).error().message, "no");
  EXPECT_EQ(network.join(awsvpc_task("new", "10.80.0.9")).error().code, "AddressInUse");
  EXPECT_TRUE(network.join(awsvpc_task("new", "10.80.0.8")));
  EXPECT_EQ(network.waited(), std::chrono::milliseconds(3));
  EXPECT_EQ(network.present(), (std::vector<std::string>{"new", "old"}));
}

TEST(Address, ReadsAndWrites) {
  EXPECT_EQ(to_string(*parse_ipv4("10.0.255.1")), "10.0.255.1");
  EXPECT_EQ(wire_bytes(*parse_ipv4("1.2.3.4")), "\x01\x02\x03\x04");
  for (auto wrong : {"", "10.0.0", "10.0.0.256", "10.0.0.1 ", "10.0.0.0001", "a.b.c.d"}) EXPECT_FALSE(parse_ipv4(wrong));
  EXPECT_EQ(to_string(*parse_ipv4_range("10.1.2.3/16")), "10.1.0.0/16");
  EXPECT_TRUE(parse_ipv4_range("0.0.0.0/0")->contains(*parse_ipv4("255.255.255.255")));
  EXPECT_FALSE(parse_ipv4_range("10.1.0.0/16")->contains(*parse_ipv4("10.2.0.0")));
  EXPECT_FALSE(parse_ipv4_range("10.0.0.0/-1"));
  EXPECT_EQ(to_string(mac_of(*parse_ipv4("10.0.1.5"))), "02:52:0a:00:01:05");
  EXPECT_EQ(to_string(*parse_mac("02:52:0A:00:01:05")), "02:52:0a:00:01:05");
  EXPECT_FALSE(parse_mac("02:52:0a:00:01"));
}

TEST(Names, LoopbackResolversGiveWayToTheRealOnes) {
  auto own = parse_resolv_conf("# stub\nnameserver 127.0.0.53\noptions edns0 trust-ad\nsearch lan.example a.example # x\n");
  EXPECT_EQ(own.search, (std::vector<std::string>{"lan.example", "a.example"}));
  auto behind = parse_resolv_conf("nameserver 192.0.2.1\nnameserver fe80::1\nnameserver 192.0.2.2\n");
  auto used = resolvers_for_tasks(own, behind);
  EXPECT_EQ(render_resolv_conf({}, used),
            "nameserver 192.0.2.1\nnameserver 192.0.2.2\nsearch lan.example a.example\noptions edns0 trust-ad\n");
  auto mixed = parse_resolv_conf("nameserver ::1\nnameserver 198.51.100.7\n");
  EXPECT_EQ(resolvers_for_tasks(mixed, behind).servers, std::vector<std::string>{"198.51.100.7"});
  EXPECT_TRUE(resolvers_for_tasks(own, {}).servers.empty());
  EXPECT_EQ(render_resolv_conf({.dns_servers = {"9.9.9.9"}, .dns_search = {"x"}}, used),
            "nameserver 9.9.9.9\nsearch x\noptions edns0 trust-ad\n");
}

TEST(Names, HostsNameTheTask) {
  EXPECT_EQ(render_hosts("web", "10.0.0.5", {{"db", "10.0.0.9"}}),
            "127.0.0.1\tlocalhost\n10.0.0.5\tweb\n10.0.0.9\tdb\n");
  EXPECT_EQ(render_hosts("web", ""), "127.0.0.1\tlocalhost\n127.0.0.1\tweb\n");
  EXPECT_EQ(hostname_of({.task_id = "0123456789abcdef"}, ""), "0123456789ab");
}

TEST(Names, AContainersOwnComeBesideTheTasks) {
  Joined bridge{.netns_path = "/n", .address = "172.30.0.2"};
  bridge.names = {.resolv_conf = "nameserver 192.0.2.1\nsearch lan\n", .hosts = render_hosts("task", "172.30.0.2"), .hostname = "task"};
  EXPECT_EQ(render_name_files(bridge, {.container = "plain"}), bridge.names);
  auto web = render_name_files(bridge, {.hostname = "web", .peers = {"db mysql"}, .extra_hosts = {"10.0.0.9\tquay"}});
  EXPECT_EQ(web.hosts, "127.0.0.1\tlocalhost\n172.30.0.2\tweb\n172.30.0.2\tdb mysql\n10.0.0.9\tquay\n");
  EXPECT_EQ(web.hostname, "web");
  EXPECT_EQ(web.resolv_conf, bridge.names.resolv_conf);
  auto asks = render_name_files(bridge, {.dns_servers = {"9.9.9.9"}});
  EXPECT_EQ(asks.resolv_conf, "nameserver 9.9.9.9\nsearch lan\n");
  EXPECT_EQ(asks.hosts, bridge.names.hosts);

  Joined none{.netns_path = "/n", .names = {.hosts = render_hosts("task", "")}};
  EXPECT_EQ(render_name_files(none, {.hostname = "web"}).hosts, "127.0.0.1\tlocalhost\n127.0.0.1\tweb\n");
  Joined host{.names = {.hosts = "127.0.0.1 localhost", .hostname = "machine"}};
  EXPECT_EQ(render_name_files(host, {.hostname = "web"}).hosts, "127.0.0.1 localhost\n127.0.0.1\tweb\n");
  EXPECT_EQ(render_name_files(host, {}).hosts, "127.0.0.1 localhost\n");
  EXPECT_EQ(render_name_files(host, {}).hostname, "machine");
}

TEST(Record, RoundTrips) {
  TaskRecord record{.task = bridge_task("b", {{.protocol = "udp", .container_port = 53, .host_port = 50000}}), .link = "rsd1"};
  record.task.address = "172.30.0.2";
  record.task.mac = "02:52:ac:1e:00:02";
  record.task.dns_servers = {"9.9.9.9"};
  record.task.security_group_ids = {"sg-1"};
  record.task.hostname = "h";
  record.task.connect_namespace = "ns-1";
  auto back = parse_record(render_record(record));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, record);
  EXPECT_FALSE(parse_record("{"));
  EXPECT_FALSE(parse_record("{\"task\":\"\",\"mode\":0}"));
  EXPECT_FALSE(parse_record("{\"task\":\"t\",\"mode\":9}"));
}

TEST(Ruleset, ChainsAreTheUnionOfTheGroups) {
  GroupTable groups;
  groups["sg-a"] = {.id = "sg-a",
                    .ingress = {{.protocol = "tcp", .from_port = 80, .to_port = 80, .cidr = "10.1.2.3/16"},
                                {.protocol = "tcp", .from_port = 443, .to_port = 443, .cidr = "::/0"},
                                {.protocol = "6", .from_port = 0, .to_port = 65535, .group_id = "sg-lb"}},
                    .egress = {{.protocol = "-1", .cidr = "0.0.0.0/0"}}};
  groups["sg-b"] = {.id = "sg-b", .ingress = {{.protocol = "icmp", .from_port = 8}, {.protocol = "50"}}};
  TaskRules task{.address = {0x0a500005}, .groups = {"sg-b", "sg-a", "sg-unknown"}};
  EXPECT_EQ(render_ingress(task, groups),
            (std::vector<std::string>{"icmp type 8 accept", "ip saddr 10.1.0.0/16 tcp dport 80 accept",
                                      "ip saddr @m_sg-lb meta l4proto tcp accept", "meta l4proto 50 accept", "drop"}));
  EXPECT_EQ(render_egress(task, groups), (std::vector<std::string>{"goto arriving", "drop"}));
  EXPECT_EQ(render_ingress({.address = task.address}, groups), std::vector<std::string>{"drop"});
  EXPECT_EQ(render_ingress({.address = task.address, .open = true}, groups), std::vector<std::string>{"accept"});
}

TEST(Ruleset, ElementsAreAsTheKernelKeepsThem) {
  TaskRules task{.address = {0x0a500005},
                 .groups = {"sg-a"},
                 .port_mappings = {{.protocol = "udp", .container_port = 53, .host_port = 0x1234}},
                 .nameservers = {Ipv4{0x09090909}}};
  auto elements = elements_of(task);
  ASSERT_EQ(elements.size(), 5U);
  EXPECT_EQ(elements[0].set, "m_sg-a");
  EXPECT_EQ(elements[0].key, "\x0a\x50" + std::string("\0\x05", 2));
  EXPECT_EQ(elements[1].text, "10.80.0.5 . 9.9.9.9");
  EXPECT_EQ(elements[2].text, "udp . 4660 : 10.80.0.5 . 53");
  EXPECT_EQ(elements[2].key, std::string("\x11\0\0\0\x12\x34\0\0", 8));
  EXPECT_EQ(elements[2].value, std::string("\x0a\x50\0\x05\0\x35\0\0", 8));
  EXPECT_EQ(elements[3].set, "egress");
  EXPECT_EQ(elements[4].chain, "i_" + combination_of(task));
}

TEST(ConnectRules, OnlyTasksOfTheNamespaceThatAGroupLetsIn) {
  std::vector<ConnectEndpoint> endpoints{
      {.address = "169.254.176.1", .port = 80, .namespace_id = "ns-1", .sources = {{.cidr = "10.1.2.3/16"}, {.group_id = "sg-a"}, {.cidr = "::/0"}}},
      {.address = "169.254.176.2", .port = 81, .namespace_id = "ns-2", .sources = {{}}},
      {.address = "169.254.176.3", .port = 82, .namespace_id = "ns-2"},
  };
  ASSERT_TRUE(validate_endpoints(endpoints));
  EXPECT_EQ(render_connect_rules(endpoints),
            (std::vector<std::string>{
                "ip daddr 169.254.176.1 meta l4proto tcp ct original proto-dst 80 ip saddr @n_ns-1 ip saddr 10.1.0.0/16 accept",
                "ip daddr 169.254.176.1 meta l4proto tcp ct original proto-dst 80 ip saddr @n_ns-1 ip saddr @m_sg-a accept",
                "ip daddr 169.254.176.2 meta l4proto tcp ct original proto-dst 81 ip saddr @n_ns-2 accept",
                "meta l4proto tcp reject with tcp reset", "drop"}));
  EXPECT_EQ(connect_sets(endpoints), (std::set<std::string>{"m_sg-a", "n_ns-1", "n_ns-2"}));
  auto joined = elements_of({.address = {0x0a500005}, .groups = {}, .connect_namespace = "ns-1"});
  EXPECT_EQ(joined.front().set, "n_ns-1");
}

TEST(ConnectRules, WhatIsNoEndpointIsRefused) {
  ConnectEndpoint good{.address = "169.254.176.1", .port = 80, .namespace_id = "ns-1"};
  EXPECT_TRUE(validate_endpoints({good}));
  for (auto bad : {ConnectEndpoint{"169.254.169.254", 80, "ns-1"}, ConnectEndpoint{"169.254.176.1", 0, "ns-1"},
                   ConnectEndpoint{"169.254.176.1", 80, "no good"}, ConnectEndpoint{"169.254.176.1", 80, "ns-1", {{.cidr = "nonsense"}}}}) {
    EXPECT_EQ(validate_endpoints({bad}).error().code, "InvalidNetwork");
  }
}

TEST(RuleBook, WithoutNftablesItRemembersAndSaysThatNothingIsEnforced) {
  RuleBook book({}, std::nullopt);
  EXPECT_FALSE(book.enforced());
  EXPECT_TRUE(book.set_groups({{.id = "sg-a"}}));
  EXPECT_TRUE(book.begin({}));
  EXPECT_TRUE(book.put("t", {.address = {0x0a500005}, .groups = {"sg-a"}}));
  EXPECT_EQ(book.set_groups({{.id = "no good"}}).error().code, "InvalidNetwork");
  EXPECT_TRUE(book.remove("t"));
}

TEST(Probe, FindsChainsThatDropPassingTraffic) {
  auto listing = "table ip filter {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n"
                 "\tchain INPUT {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n"
                 "table inet roadstead {\n\tchain passing {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n";
  EXPECT_EQ(dropping_forward_chains(listing, "roadstead"), std::vector<std::string>{"ip filter FORWARD"});
}

TEST(RulesetConfig, TasksMayAskTheirResolverAndTheMachinesOwn) {
  NetworkConfig config{.resolver_address = "10.80.0.1"};
  auto rules = ruleset_config_of(config, {.servers = {"192.0.2.53", "::1"}});
  ASSERT_TRUE(rules);
  std::set<Ipv4> both{parse_ipv4("10.80.0.1").value(), parse_ipv4("192.0.2.53").value()};
  EXPECT_EQ(rules->nameservers, both);
  config.resolver_address = "nobody";
  EXPECT_FALSE(ruleset_config_of(config, {}));
}

}  // namespace
}  // namespace roadstead
