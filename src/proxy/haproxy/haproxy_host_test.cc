// HaproxyProxy against the real HAProxy: routing, pages, health, headers.
#include <gtest/gtest.h>

#include "proxy/testing/proxy_world.h"

namespace roadstead::testing {
namespace {

using HaproxyTest = ProxyWorld;

TEST_F(HaproxyTest, ServesAHostOverVerifiedTls) {
  HttpServer web("web");
  put_services({"web"});
  add_target("web", web);
  ASSERT_TRUE(drive_until([&] { return is_state("web", web, TargetState::healthy); }));
  auto reply = get("web.localhost", "/hello?x=1");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_TRUE(reply->body.starts_with("web GET /hello?x=1\n")) << reply->body;
  EXPECT_NE(reply->head.find("server: test/1"), std::string::npos);
}

}  // namespace
}  // namespace roadstead::testing
