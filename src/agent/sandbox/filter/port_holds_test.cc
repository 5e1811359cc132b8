#include "agent/sandbox/filter/port_holds.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <thread>

namespace roadstead {
namespace {

std::vector<PortMapping> row_of(int count) {
  std::vector<PortMapping> row;
  for (int at = 0; at < count; ++at) row.push_back({.container_port = static_cast<std::uint16_t>(7000 + at)});
  return row;
}

std::vector<int> hosts_of(const std::vector<PortMapping>& mappings) {
  std::vector<int> ports;
  for (const auto& mapping : mappings) ports.push_back(mapping.host_port);
  return ports;
}

// In a network namespace of its own, where every port is free.
TEST(PortHolds, ContainerPortsInARowGetHostPortsInARow) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  std::thread([] {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    PortHolds holds(40000, 40019);
    std::vector<PortMapping> single{{.container_port = 80}, {.container_port = 90, .host_port = 40004}};
    ASSERT_TRUE(holds.take(single));
    EXPECT_EQ(hosts_of(single), (std::vector<int>{40000, 40004}));
    auto row = row_of(5);
    row.push_back({.container_port = 80});
    ASSERT_TRUE(holds.take(row));
    EXPECT_EQ(hosts_of(row), (std::vector<int>{40005, 40006, 40007, 40008, 40009, 40010}));
    // Behind the end of the range it begins anew, where only three are free together.
    auto three = row_of(3);
    auto nine = row_of(9);
    ASSERT_TRUE(holds.take(nine));
    EXPECT_EQ(nine.front().host_port, 40011);
    ASSERT_TRUE(holds.take(three));
    EXPECT_EQ(hosts_of(three), (std::vector<int>{40001, 40002, 40003}));
    holds.release(nine);
    holds.release(single);
    // Ten of the eleven that are free, but not together: then any.
    auto ten = row_of(10);
    ASSERT_TRUE(holds.take(ten));
    EXPECT_FALSE(holds.take(three = row_of(3)));
    EXPECT_EQ(hosts_of(three), (std::vector<int>{0, 0, 0})) << "all or none";
  }).join();
}

}  // namespace
}  // namespace roadstead
