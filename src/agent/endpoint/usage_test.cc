// Statistics as Docker shows them, from texts of /proc as a machine wrote them.
#include "agent/endpoint/usage.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace roadstead {
namespace {

constexpr std::string_view devices =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
    "    lo:   10     1    0    0    0     0          0         0       10       1    0    0    0     0       0          0\n"
    "rsd1a2b: 2000    20    1    2    0     0          0         0     5000      50    3    4    0     0       0          0\n";

TEST(Usage, WhatTheMachineReceivesTheTaskHasSent) {
  auto counters = parse_counters(devices, "rsd1a2b");
  ASSERT_TRUE(counters);
  EXPECT_EQ(counters->tx_bytes, 2000U);
  EXPECT_EQ(counters->tx_dropped, 2U);
  EXPECT_EQ(counters->rx_bytes, 5000U);
  EXPECT_EQ(counters->rx_errors, 3U);
  EXPECT_FALSE(parse_counters(devices, "rsd1a2")) << "a name is a whole name";
  EXPECT_FALSE(parse_counters("rsd1a2b: 1 2 3\n", "rsd1a2b")) << "a line that is cut off says nothing";
}

TEST(Usage, SystemTimeIsAllButGuestTime) {
  EXPECT_EQ(parse_system_cpu("cpu  1 2 3 4 5 6 7 8 100 100\ncpu0 1 2 3 4\n"), 36U * 10'000'000);
  EXPECT_EQ(parse_system_cpu("intr 1 2\n"), 0U);
}

TEST(Usage, RatesAreBetweenTwoReadings) {
  UsageSubject subject{.id = "abc", .name = "web", .memory_limit = 512 << 20, .processors = 2};
  UsageReading first{.at = Instant::from_seconds(100), .usage = {.cpu_nanos = 5, .memory_bytes = 4096, .processes = 3}};
  first.network = InterfaceCounters{.rx_bytes = 1000, .tx_bytes = 500};
  UsageReading second = first;
  second.at = Instant::from_seconds(102);
  second.usage.cpu_nanos = 9;
  second.network->rx_bytes = 3000;
  auto alone = render_usage(subject, first, std::nullopt);
  EXPECT_EQ(alone["preread"], "0001-01-01T00:00:00Z");
  EXPECT_EQ(alone["network_rate_stats"].at("rx_bytes_per_sec").as_double(), 0);
  auto document = render_usage(subject, second, first);
  EXPECT_EQ(document["network_rate_stats"].at("rx_bytes_per_sec").as_double(), 1000);
  EXPECT_EQ(document["network_rate_stats"].at("tx_bytes_per_sec").as_double(), 0);
  EXPECT_EQ(document["cpu_stats"].at("cpu_usage").at("total_usage").to_number<int>(), 9);
  EXPECT_EQ(document["precpu_stats"].at("cpu_usage").at("total_usage").to_number<int>(), 5);
  EXPECT_EQ(document["memory_stats"].at("limit").to_number<int>(), 512 << 20);
  EXPECT_EQ(document["pids_stats"].at("current").to_number<int>(), 3);
  EXPECT_EQ(document["networks"].at("eth0").at("rx_bytes").to_number<int>(), 3000);
}

TEST(Usage, ATaskWithoutAnInterfaceHasNoNetworks) {
  auto document = render_usage({}, {}, std::nullopt);
  EXPECT_FALSE(document.contains("networks"));
  EXPECT_FALSE(document.contains("network_rate_stats"));
}

}  // namespace
}  // namespace roadstead
