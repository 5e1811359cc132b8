#include "checks/place_checks.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/text/text.h"
#include "io/fd.h"

namespace roadstead {
namespace {

constexpr std::string_view headings = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

Ipv4Range range(std::string_view text) { return parse_ipv4_range(text).value(); }

/// A line as the kernel writes it: addresses as numbers of this machine.
std::string route(std::string_view interface, std::string_view to) {
  auto where = range(to);
  auto hex = [](Ipv4 address) {
    char text[9];
    std::snprintf(text, sizeof text, "%08X", htonl(address.bits));
    return std::string(text);
  };
  std::uint32_t mask = where.prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - where.prefix);
  return cat(interface, "\t", hex(where.network), "\t00000000\t0001\t0\t0\t0\t", hex(Ipv4{mask}), "\t0\t0\t0\n");
}

TEST(PlaceChecks, ARangeIsTakenByRoutesToItAndAddressesInIt) {
  auto wanted = range("10.213.0.0/16");
  auto by = [&](const std::string& lines) { return who_has(wanted, {}, cat(headings, lines), "rsd"); };
  EXPECT_EQ(by(route("eth0", "0.0.0.0/0") + route("tun0", "10.0.0.0/8") + route("eth0", "10.214.0.0/16")), "")
      << "ways to more, or elsewhere, are in nobody's way";
  EXPECT_EQ(by(route("eth0", "0.0.0.0/0") + route("tun0", "10.213.0.0/16")), "a route to 10.213.0.0/16 by tun0");
  EXPECT_EQ(by(route("docker0", "10.213.7.0/24")), "a route to 10.213.7.0/24 by docker0");
  EXPECT_EQ(by(route("rsd01234567", "10.213.0.9/32")), "") << "our own";
  auto address = parse_ipv4("10.213.1.2").value();
  EXPECT_EQ(who_has(wanted, {{"eth1", address}}, "", "rsd"), "eth1 has the address 10.213.1.2");
  EXPECT_EQ(who_has(wanted, {{"rsdhost", address}}, "", "rsd"), "");
}

TEST(PlaceChecks, APortThatSomebodyListensOnIsTold) {
  Fd taken(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(taken.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(taken.get(), 1), 0);
  ASSERT_EQ(::getsockname(taken.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  ServeSettings settings;
  settings.state_directory = "/nowhere";
  settings.api_port = ntohs(address.sin_port);
  settings.bind_addresses = {"127.0.0.1"};
  settings.network_cidr = "127.0.0.0/8";  // what every machine has
  auto checks = check_places(settings);
  auto of = [&](std::string_view name) { return *std::ranges::find(checks, name, &Check::name); };
  EXPECT_FALSE(of("port of the API").ok);
  EXPECT_TRUE(of("port of the API").mend.ends_with("is used by another program. Stop that program, or choose another with --api."));
  EXPECT_FALSE(of("network of tasks").ok);
  EXPECT_NE(of("network of tasks").mend.find("--network"), std::string::npos);
  taken = Fd();
  checks = check_places(settings);
  EXPECT_TRUE(of("port of the API").ok) << of("port of the API").mend;
}

}  // namespace
}  // namespace roadstead
