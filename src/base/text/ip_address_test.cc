#include "base/text/ip_address.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

TEST(IpAddress, IsToldByItsForm) {
  for (const auto* good : {"0.0.0.0", "10.0.0.5", "255.255.255.255"}) EXPECT_TRUE(is_ipv4(good)) << good;
  for (const auto* bad : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.-4", "a.b.c.d", "1.2.3. 4"}) {
    EXPECT_FALSE(is_ipv4(bad)) << bad;
  }
  for (const auto* good : {"::", "::1", "2001:db8::1", "1:2:3:4:5:6:7:8", "fe80::a:b"}) EXPECT_TRUE(is_ipv6(good)) << good;
  for (const auto* bad : {"", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::g", "1::2::3", "12345::", "1:2:3:4::5:6:7:8"}) {
    EXPECT_FALSE(is_ipv6(bad)) << bad;
  }
}

}  // namespace
}  // namespace roadstead
