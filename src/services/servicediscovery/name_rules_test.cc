#include "services/servicediscovery/name_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace roadstead::servicediscovery {
namespace {

TEST(NameRules, WhatDnsCanCarry) {
  EXPECT_TRUE(check_dns_namespace("corp.internal"));
  EXPECT_TRUE(check_dns_namespace("local"));
  EXPECT_TRUE(check_dns_namespace("_tcp.a-b.c1"));
  for (const auto* bad : {"", ".", "a..b", ".a", "a.", "-a", "a-", "a b", "a\"b", "a\nb", "a;b", "ü"}) {
    EXPECT_EQ(check_dns_namespace(bad).error().code, "InvalidInput") << bad;
  }
  EXPECT_TRUE(check_dns_namespace(std::string(63, 'a')));
  EXPECT_FALSE(check_dns_namespace(std::string(64, 'a')));
}

TEST(NameRules, ServiceNames) {
  EXPECT_TRUE(check_service_name("_web._tcp", "_web._tcp.corp"));
  EXPECT_FALSE(check_service_name("web,tcp", ""));
  std::string label(63, 'b');
  auto longest = label + "." + label;
  EXPECT_TRUE(check_service_name(longest, ""));
  EXPECT_FALSE(check_service_name(longest + "." + label, ""));
  EXPECT_TRUE(check_service_name("web", std::string(215, 'c')));
  EXPECT_FALSE(check_service_name("web", std::string(216, 'c')));
}

}  // namespace
}  // namespace roadstead::servicediscovery
