#include "proxy/render/render_haproxy.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "proxy/render/error_pages.h"
#include "proxy/testing/proxy_rows.h"

namespace roadstead {
namespace {

using namespace testing;

ProxySettings golden_settings() {
  ProxySettings settings;
  settings.directory = "/state/proxy";
  settings.bind_addresses = {"0.0.0.0", "::"};
  settings.http_port = 8080;
  settings.https_port = 8443;
  settings.max_connections = 1000;
  settings.threads = 2;
  settings.user = "haproxy";
  return settings;
}

/// Two services, one of them between two target groups; a path rule, a wildcard, a redirect, a plain listener.
ProxyView golden_view() {
  auto now = Instant::from_seconds(1'790'000'000);
  ProxyView view;
  auto balancer = load_balancer("express");
  balancer.idle_timeout_seconds = 120;
  add(view, balancer);
  add(view, listener("express"));
  auto plain = listener("express", 8081, "HTTP");
  plain.default_action = {};
  plain.default_action.redirect = RedirectTo{"HTTPS", "443", 302};
  add(view, plain);
  for (const auto* name : {"blue", "green", "api"}) add(view, target_group(name));
  auto picky = target_group("picky");
  picky.protocol = "HTTPS";
  picky.matcher = "200-299,302";
  picky.health_check_path = "/it's?a=b&c";
  picky.health_check_timeout_seconds = 3;
  add(view, picky);
  add(view, rule("express", 1, {"web.localhost"}, {}, forward_to({{"blue", 950}, {"green", 50}})));
  add(view, rule("express", 2, {"api.localhost"}, {"/v1/*"}, forward_to({{"api", 1}})));
  add(view, rule("express", 3, {"*.picky.localhost"}, {}, forward_to({{"picky", 1}})));
  add(view, target("blue", "10.0.0.4", 8080, now));
  auto healthy = target("green", "10.0.0.5", 8080, now);
  healthy.state = TargetState::healthy;
  add(view, healthy);
  add(view, certificate("web.localhost"));
  add(view, certificate("api.localhost"));
  add(view, certificate("*.picky.localhost"));
  add(view, certificate("not a name"));
  return view;
}

RenderedProxy golden() {
  auto view = golden_view();
  auto settings = golden_settings();
  return render_haproxy(view, settings, servers_of(view, {}, settings, Instant::from_seconds(1'790'000'001)));
}

std::string everything(const RenderedProxy& rendered) {
  auto text = cat("==> haproxy.cfg\n", rendered.config, "==> certificates.list\n", rendered.crt_list);
  for (const auto& front : rendered.routes.frontends) {
    text += cat("==> maps/", front.hosts.name, "\n", render_map(front.hosts));
    text += cat("==> maps/", front.rules.name, "\n", render_map(front.rules));
  }
  text += cat("==> maps/actions.map\n", render_map(rendered.routes.actions));
  text += cat("==> maps/splits.map\n", render_map(rendered.routes.splits));
  for (const auto& [name, content] : rendered.files) {
    if (name.ends_with(".body")) text += cat("==> ", name, "\n", content, "\n");
  }
  return text;
}

// ROADSTEAD_REFRESH_GOLDEN=1 writes the file anew.
TEST(RenderHaproxy, IsAsTheGoldenFile) {
  std::string path = cat(ROADSTEAD_PROXY_TESTDATA, "/haproxy.golden");
  auto text = everything(golden());
  if (std::getenv("ROADSTEAD_REFRESH_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  std::stringstream want;
  want << file.rdbuf();
  EXPECT_EQ(text, want.str()) << "run the test with ROADSTEAD_REFRESH_GOLDEN=1 and look at the difference";
}

TEST(RenderHaproxy, OnlyStructureNeedsAReload) {
  auto settings = golden_settings();
  auto structure = golden().structure;
  auto of = [&](const ProxyView& view) { return render_haproxy(view, settings, {}).structure; };
  auto view = golden_view();
  EXPECT_EQ(of(view), structure) << "servers do not count";
  add(view, target("blue", "10.0.0.6", 8080, {}));
  add(view, certificate("more.localhost"));
  add(view, rule("express", 4, {"more.localhost"}, {}, forward_to({{"blue", 1}, {"green", 1}})));
  EXPECT_EQ(of(view), structure) << "nor do rules, weights and certificates";
  add(view, target_group("new"));
  EXPECT_NE(of(view), structure);
}

TEST(RenderHaproxy, BlockedPortsAreLeftOut) {
  auto rendered = render_haproxy(golden_view(), golden_settings(), {}, {{8081, "taken"}});
  EXPECT_EQ(rendered.ports, (std::vector<int>{8080, 8443}));
  EXPECT_EQ(rendered.config.find(":8081"), std::string::npos);
  EXPECT_EQ(rendered.routes.problems.size(), 1u);
}

TEST(RenderHaproxy, WithoutListenersItStillHasOneForItself) {
  auto rendered = render_haproxy({}, golden_settings(), {});
  EXPECT_TRUE(rendered.ports.empty());
  EXPECT_NE(rendered.config.find("bind unix@/state/proxy/run/idle.sock"), std::string::npos);
}

TEST(ErrorPages, AreThoseOfAws) {
  EXPECT_EQ(render_error_page(503),
            "HTTP/1.1 503 Service Temporarily Unavailable\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\n"
            "Content-Length: 162\r\n\r\n<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n"
            "<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n");
}

TEST(CertificateNames, AreDnsNames) {
  for (const auto* good : {"a", "web.localhost", "*.x.y", "a-b.c", "1.2.3.4"}) EXPECT_TRUE(is_certificate_name(good));
  for (const auto* bad : {"", "a..b", "-a", "a b", "x.*.y", "../etc", "a/b"}) EXPECT_FALSE(is_certificate_name(bad));
}

}  // namespace
}  // namespace roadstead
