// HaproxyProxy against the real HAProxy: routing, pages, headers, protocols, certificates, health.
#include <gtest/gtest.h>

#include "io/subprocess.h"
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
  auto lower = to_lower(reply->body);
  EXPECT_NE(lower.find("x-forwarded-for: 127.0.0.1\r\n"), std::string::npos) << lower;
  EXPECT_NE(lower.find("x-forwarded-proto: https\r\n"), std::string::npos);
  EXPECT_NE(lower.find(cat("x-forwarded-port: ", settings_.https_port)), std::string::npos);
  EXPECT_NE(lower.find("x-amzn-trace-id: root=1-"), std::string::npos);
  auto chained = get("web.localhost", "/", "X-Forwarded-For: 1.2.3.4\r\nX-Amzn-Trace-Id: Root=1-a-b;Self=old;Calls=3\r\n");
  ASSERT_TRUE(chained);
  EXPECT_NE(to_lower(chained->body).find("x-forwarded-for: 1.2.3.4, 127.0.0.1\r\n"), std::string::npos);
  EXPECT_NE(chained->body.find(";Root=1-a-b;Calls=3\r\n"), std::string::npos) << chained->body;
  auto rootless = get("web.localhost", "/", "X-Amzn-Trace-Id: CalledFrom=app\r\n");
  ASSERT_TRUE(rootless);
  auto header = to_lower(rootless->body).find("x-amzn-trace-id: root=1-");
  ASSERT_NE(header, std::string::npos) << rootless->body;
  EXPECT_NE(rootless->body.find(";CalledFrom=app\r\n", header), std::string::npos) << rootless->body;
}

/// Whether the balancer says of an answer that it is its own, and when it was given.
::testing::AssertionResult is_signed(const std::string& head) {
  if (head.find("server: awselb/2.0\r\n") == std::string::npos) return ::testing::AssertionFailure() << "no Server: " << head;
  auto date = head.find("date: ");
  bool once = date != std::string::npos && head.find("date: ", date + 1) == std::string::npos;
  if (!once || head.find(" gmt\r\n", date) == std::string::npos) return ::testing::AssertionFailure() << "not one Date: " << head;
  return ::testing::AssertionSuccess();
}

TEST_F(HaproxyTest, AnswersByItselfAsAwsDoes) {
  HttpServer never("never");
  never.health_status = 500;
  put_services({"web"});
  add_target("web", never);
  ASSERT_TRUE(drive_until([&] { return never.health_checks > 1; }));
  auto unavailable = get("web.localhost", "/");
  ASSERT_TRUE(unavailable) << unavailable.error().message;
  EXPECT_EQ(unavailable->status, 503);
  EXPECT_NE(unavailable->body.find("<center><h1>503 Service Temporarily Unavailable</h1></center>"), std::string::npos);
  EXPECT_TRUE(is_signed(unavailable->head));
  EXPECT_EQ(never.requests, 0);
  auto unknown = get_once(settings_.https_port, "localhost", "/", authority());
  ASSERT_TRUE(unknown) << unknown.error().message;
  EXPECT_EQ(unknown->status, 404);
  EXPECT_EQ(unknown->body, "Not Found");
  EXPECT_NE(unknown->head.find("content-type: text/plain\r\n"), std::string::npos);
  EXPECT_TRUE(is_signed(unknown->head));
  auto plain = get_once(settings_.http_port, "web.localhost", "/a?b=c", {});
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->status, 301);
  auto to = cat("location: https://web.localhost:", settings_.https_port, "/a?b=c\r\n");
  EXPECT_NE(plain->head.find(to), std::string::npos) << plain->head;
  EXPECT_TRUE(is_signed(plain->head));
}

TEST_F(HaproxyTest, UsesConnectionsToTargetsAgain) {
  HttpServer web("web");
  put_services({"web"});
  ASSERT_TRUE(drive_until([] { return true; }));
  // It comes while HAProxy runs.
  add_target("web", web);
  ASSERT_TRUE(drive_until([&] { return is_state("web", web, TargetState::healthy); }));
  auto client = HttpClient::connect(settings_.https_port, "web.localhost", authority());
  ASSERT_TRUE(client) << client.error().message;
  constexpr int asked = 50;
  for (int i = 0; i < asked; ++i) ASSERT_TRUE(client->get("/"));
  EXPECT_EQ(web.requests, asked);
  EXPECT_LT(web.connections - web.health_checks, asked / 5);
}

TEST_F(HaproxyTest, RoutesByHostWildcardAndPath) {
  HttpServer web("web"), api("api");
  put_services({"web", "api"});
  put(rule("lb", 10, {"*.wild.localhost"}, {}, forward_to({{"api", 1}})));
  put(rule("lb", 11, {"both.localhost"}, {"/api/*"}, forward_to({{"api", 1}})));
  put(rule("lb", 12, {"both.localhost"}, {}, forward_to({{"web", 1}})));
  for (const auto* host : {"both.localhost", "x.wild.localhost"}) put(certificate(host));
  add_target("web", web);
  add_target("api", api);
  ASSERT_TRUE(drive_until([&] {
    return is_state("web", web, TargetState::healthy) && is_state("api", api, TargetState::healthy);
  }));
  auto who = [&](const std::string& host, const std::string& path) {
    auto reply = get(host, path);
    return reply ? reply->body.substr(0, reply->body.find(' ')) : reply.error().message;
  };
  EXPECT_EQ(who("web.localhost", "/api/x"), "web");
  EXPECT_EQ(who("api.localhost", "/"), "api");
  EXPECT_EQ(who("x.wild.localhost", "/"), "api");
  EXPECT_EQ(who("both.localhost", "/api/x"), "api");
  EXPECT_EQ(who("both.localhost", "/"), "web");
}

TEST_F(HaproxyTest, SpeaksHttp2AndWebSocket) {
  HttpServer web("web");
  put_services({"web"});
  add_target("web", web);
  ASSERT_TRUE(drive_until([&] { return is_state("web", web, TargetState::healthy); }));
  Command curl;
  curl.argv = {"curl", "-sS", "--http2", "--cacert", authority(), "-w", "\n%{http_version} %{http_code}",
               "--resolve", cat("web.localhost:", settings_.https_port, ":127.0.0.1"),
               cat("https://web.localhost:", settings_.https_port, "/two")};
  auto out = run_ok(curl);
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_TRUE(out->starts_with("web GET /two")) << *out;
  EXPECT_TRUE(out->ends_with("\n2 200")) << *out;
  auto client = HttpClient::connect(settings_.https_port, "web.localhost", authority());
  ASSERT_TRUE(client);
  auto upgraded = client->get("/socket",
                              "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  ASSERT_TRUE(upgraded) << upgraded.error().message;
  EXPECT_EQ(upgraded->status, 101);
  EXPECT_EQ(client->echo("over the wire").value_or(""), "over the wire");
}

TEST_F(HaproxyTest, CertificatesAreAddedRenewedAndRemovedWithoutAReload) {
  put_services({"web"});
  ASSERT_TRUE(drive_until([] { return true; }));
  put(certificate("later.localhost"));
  ASSERT_TRUE(step());
  EXPECT_TRUE(get("later.localhost", "/"));
  EXPECT_FALSE(get("unknown.localhost", "/")) << "no certificate names it";
  auto row = database_.reader().find<CertificateRow>(certificate("later.localhost").certificate_arn);
  EXPECT_EQ(row->state.status, ecs::ManagedResourceStatus::active);
  ASSERT_TRUE(row->not_after);
  auto far = clock_.now() + std::chrono::hours(24 * 300);
  ASSERT_TRUE(proxy_->step(proxy_view_of(database_.reader()), far));
  EXPECT_FALSE(get("later.localhost", "/")) << "the renewed one is not valid yet";
  ASSERT_TRUE(proxy_->shutdown());
  ASSERT_TRUE(remove_tree(settings_.directory));
  make_proxy();
  ASSERT_TRUE(step());
  EXPECT_TRUE(get("later.localhost", "/"));
  change([&](Tx& tx) {
    tx.update<CertificateRow>(row->certificate_arn, [](CertificateRow& next) {
      next.state.status = ecs::ManagedResourceStatus::deprovisioning;
    });
  });
  ASSERT_TRUE(step());
  EXPECT_FALSE(get("later.localhost", "/"));
  row = database_.reader().find<CertificateRow>(row->certificate_arn);
  EXPECT_EQ(row->state.status, ecs::ManagedResourceStatus::deleted);
  EXPECT_EQ(proxy_->reloads(), 0);
}

TEST_F(HaproxyTest, TheFirstListenerOfTlsMayComeRightAfterAReload) {
  put(load_balancer("lb"));
  put(listener("lb", 80, "HTTP"));
  ASSERT_TRUE(drive_until([] { return true; }));
  put(target_group("other"));
  ASSERT_TRUE(drive_until([&] { return proxy_->reloads() == 1; }));
  HttpServer web("web");
  put_services({"web"});
  add_target("web", web);
  ASSERT_TRUE(drive_until([&] { return is_state("web", web, TargetState::healthy); }));
  auto reply = get("web.localhost", "/");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
}

TEST_F(HaproxyTest, AFreshTargetServesAtItsFirstSuccessAndFailuresBeforeDoNotCount) {
  HttpServer slow("slow");
  slow.health_status = 503;
  put_services({"web"});
  add_target("web", slow);
  ASSERT_TRUE(drive_until([&] { return slow.health_checks >= 4; }));
  EXPECT_TRUE(is_state("web", slow, TargetState::initial));
  EXPECT_EQ(target_row("web", slow.port())->reason, "Elb.InitialHealthChecking");
  slow.health_status = 200;
  int before = slow.health_checks;
  ASSERT_TRUE(drive_until([&] { return is_state("web", slow, TargetState::healthy); }));
  EXPECT_LE(slow.health_checks, before + 3);
  EXPECT_EQ(get("web.localhost", "/")->status, 200);
  EXPECT_EQ(proxy_->reloads(), 0);
}

TEST_F(HaproxyTest, AFreshTargetIsAskedWhatItsGroupWantsNow) {
  HttpServer sick("sick");
  sick.health_status = 500;
  put_services({"web"});
  auto group = target_group("web");
  group.health_check_path = "/";
  put(group);
  ASSERT_TRUE(drive_until([] { return true; }));
  // Right after one reload the next has to wait; what is asked meanwhile must not be the old path.
  put(target_group("other"));
  ASSERT_TRUE(drive_until([&] { return proxy_->reloads() == 1; }));
  group.health_check_path = "/health";
  put(group);
  add_target("web", sick);
  ASSERT_TRUE(drive_until([&] { return sick.health_checks > 1; }));
  EXPECT_EQ(sick.requests, 0);
  EXPECT_TRUE(is_state("web", sick, TargetState::initial));
}

TEST_F(HaproxyTest, HealthFollowsTheSettingsOfTheGroup) {
  HttpServer web("web");
  put_services({"web"});
  auto group = target_group("web");
  group.health_check_interval_seconds = 1;
  group.unhealthy_threshold = 2;
  group.healthy_threshold = 2;
  group.matcher = "200-204,301";
  put(group);
  add_target("web", web);
  web.health_status = 301;
  ASSERT_TRUE(drive_until([&] { return is_state("web", web, TargetState::healthy); }));
  web.health_status = 502;
  int before = web.health_checks;
  ASSERT_TRUE(drive_until([&] { return is_state("web", web, TargetState::unhealthy); }));
  EXPECT_GE(web.health_checks, before + 2);
  auto row = target_row("web", web.port());
  EXPECT_EQ(row->reason, "Target.ResponseCodeMismatch");
  EXPECT_EQ(row->description, "Health checks failed with these codes: [502]");
  EXPECT_EQ(get("web.localhost", "/")->status, 503);
  web.health_status = 204;
  before = web.health_checks;
  ASSERT_TRUE(drive_until([&] { return is_state("web", web, TargetState::healthy); }));
  EXPECT_GE(web.health_checks, before + 2);
}

TEST_F(HaproxyTest, CountsRequestsOfAGroupAcrossReloads) {
  HttpServer web("web");
  put_services({"web"});
  add_target("web", web);
  ASSERT_TRUE(drive_until([&] { return is_state("web", web, TargetState::healthy); }));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get("web.localhost", "/"));
  auto arn = arn_of("targetgroup", "web");
  auto requests = [&] {
    auto found = proxy_->stats().find(arn);
    return found == proxy_->stats().end() ? 0 : found->second.requests;
  };
  ASSERT_TRUE(drive_until([&] { return requests() >= 5; }));
  EXPECT_EQ(proxy_->stats().at(arn).responses_2xx, 5u);
  put(target_group("another"));
  ASSERT_TRUE(drive_until([&] { return proxy_->reloads() == 1; }));
  ASSERT_TRUE(get("web.localhost", "/"));
  ASSERT_TRUE(drive_until([&] { return requests() >= 6; }));
  EXPECT_EQ(requests(), 6u);
}

TEST_F(HaproxyTest, APortInUseFailsItsListenerOnlyAndSaysWhatToDo) {
  HttpServer other("other");
  put_services({"web"});
  put(listener("lb", other.port(), "HTTP"));
  ASSERT_TRUE(drive_until([] { return true; }));
  auto row = database_.reader().find<ListenerRow>(listener("lb", other.port()).listener_arn);
  EXPECT_EQ(row->state.status, ecs::ManagedResourceStatus::failed);
  EXPECT_EQ(row->state.reason, cat("Port ", other.port(), " on 127.0.0.1 is used by another program. Stop that program, "
                                                          "or remove the listener of that port."));
  auto good = database_.reader().find<ListenerRow>(listener("lb").listener_arn);
  EXPECT_EQ(good->state.status, ecs::ManagedResourceStatus::active);
  EXPECT_EQ(get("web.localhost", "/")->status, 503);
}

TEST_F(HaproxyTest, AMissingProgramIsSaid) {
  settings_.program = "roadstead-no-such-haproxy";
  make_proxy();
  put_services({"web"});
  auto seen = step();
  ASSERT_FALSE(seen);
  EXPECT_NE(cat(seen.error().code, seen.error().message).find("roadstead-no-such-haproxy"), std::string::npos);
}

}  // namespace
}  // namespace roadstead::testing
