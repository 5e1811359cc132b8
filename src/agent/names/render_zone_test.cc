#include "agent/names/render_zone.h"

#include <gtest/gtest.h>

#include <set>

#include "agent/names/render_unbound.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

using servicediscovery::RecordType;

const std::string head = "$ORIGIN rpz.\n@ 60 IN SOA localhost. root.localhost. 1 3600 600 86400 60\n@ 60 IN NS localhost.\n";

NamedInstance at(int last, bool healthy = true) {
  return {.id = cat("t", last), .ipv4 = cat("10.80.0.", last), .healthy = healthy};
}

ToldName web(std::vector<NamedInstance> instances) {
  return {.name = "web.corp", .records = {{.type = RecordType::a, .ttl = 10}}, .instances = std::move(instances)};
}

std::string body_of(const ToldName& told, std::uint64_t turn = 0) {
  return render_zone({.private_zones = {}, .names = {told}}, turn).substr(head.size());
}

TEST(RenderZone, PrivateNamespacesHaveNothingElse) {
  EXPECT_EQ(render_zone({}, 0), head);
  EXPECT_EQ(render_zone({.private_zones = {"corp"}, .names = {web({at(5)})}}, 0),
            head + "corp 15 IN CNAME *.\n*.corp 15 IN CNAME .\nweb.corp 10 IN A 10.80.0.5\n");
}

TEST(RenderZone, HealthyOnesOnlyUnlessThereIsNone) {
  EXPECT_EQ(body_of(web({at(5), at(6, false)})), "web.corp 10 IN A 10.80.0.5\n");
  EXPECT_EQ(body_of(web({at(5, false), at(6, false)})), "web.corp 10 IN A 10.80.0.5\nweb.corp 10 IN A 10.80.0.6\n");
  EXPECT_EQ(body_of(web({})), "");
}

TEST(RenderZone, EightAtATimeAndAllInTurn) {
  std::vector<NamedInstance> instances;
  for (int i = 1; i <= 20; ++i) instances.push_back(at(i));
  std::set<std::string> seen;
  for (std::uint64_t turn = 0; turn < 5; ++turn) {
    auto text = body_of(web(instances), turn);
    auto lines = split(std::string_view(text).substr(0, text.size() - 1), '\n');
    EXPECT_EQ(std::set<std::string_view>(lines.begin(), lines.end()).size(), 8U);
    seen.insert(lines.begin(), lines.end());
  }
  EXPECT_EQ(seen.size(), 20U);
  EXPECT_TRUE(takes_turns({.private_zones = {}, .names = {web(instances)}}));
  instances.resize(8);
  EXPECT_FALSE(takes_turns({.private_zones = {}, .names = {web(instances)}}));
}

TEST(RenderZone, WeightedRoutingTellsOne) {
  auto told = web({at(5), at(6)});
  told.weighted = true;
  EXPECT_EQ(body_of(told, 0), "web.corp 10 IN A 10.80.0.5\n");
  EXPECT_EQ(body_of(told, 1), "web.corp 10 IN A 10.80.0.6\n");
}

TEST(RenderZone, ServiceRecordsPointToNamesOfTheirOwn) {
  ToldName told{.name = "db.corp", .records = {{.type = RecordType::srv, .ttl = 7}}};
  told.instances = {{.id = "0123abc", .ipv4 = "10.80.0.9", .ipv6 = "2001:db8::1", .port = "5432"}};
  EXPECT_EQ(body_of(told), "db.corp 7 IN SRV 1 1 5432 0123abc.db.corp.\n0123abc.db.corp 7 IN A 10.80.0.9\n"
                           "0123abc.db.corp 7 IN AAAA 2001:db8::1\n");
  told.instances[0].id = "A/strange@id";
  auto text = body_of(told);
  EXPECT_EQ(text.find("strange"), std::string::npos) << "no letter that a name cannot have";
  EXPECT_NE(text.find(" IN A 10.80.0.9"), std::string::npos);
  told.instances[0].port.reset();
  EXPECT_EQ(body_of(told), "");
}

TEST(RenderZone, OtherRecords) {
  ToldName told{.name = "x.corp", .records = {{.type = RecordType::cname, .ttl = 7}}};
  told.instances = {{.id = "i", .cname = "example.com"}};
  EXPECT_EQ(body_of(told), "x.corp 7 IN CNAME example.com.\n");
  told.records = {{.type = RecordType::a, .ttl = 1}, {.type = RecordType::aaaa, .ttl = 2}};
  told.instances = {{.id = "i", .ipv6 = "::1"}};
  EXPECT_EQ(body_of(told), "x.corp 2 IN AAAA ::1\n");
}

TEST(RenderUnbound, AsksTheMachinesResolvers) {
  EXPECT_EQ(forwarders_in("nameserver 127.0.0.53\nnameserver fe80::1%eth0\nnameserver 10.80.0.1\nnameserver x;y\n", "10.80.0.1"),
            (std::vector<std::string>{"127.0.0.53", "fe80::1"}));
  NameServerSettings settings{.directory = "/state/names", .address = "10.80.0.1", .ranges = {"10.80.0.0/16"}, .user = "unbound"};
  auto text = render_unbound(settings, {"127.0.0.53"});
  for (const auto* line : {"  interface: 10.80.0.1\n", "  access-control: 0.0.0.0/0 refuse\n  access-control: 10.80.0.0/16 allow\n",
                           "  username: \"unbound\"\n", "forward-zone:\n  name: \".\"\n  forward-addr: 127.0.0.53\n",
                           "  zonefile: \"/state/names/names.zone\"\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << " is not in\n" << text;
  }
  EXPECT_EQ(render_unbound(settings, {}).find("forward"), std::string::npos);
}

}  // namespace
}  // namespace roadstead
