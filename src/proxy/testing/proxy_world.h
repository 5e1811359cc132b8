// A HaproxyProxy with real rows behind it, driven step by step as ProxyActor does. For host tests only.
#pragma once

#include <poll.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "io/file.h"
#include "io/system_clock.h"
#include "proxy/haproxy/haproxy_proxy.h"
#include "proxy/observe.h"
#include "proxy/testing/http_client.h"
#include "proxy/testing/http_server.h"
#include "proxy/testing/proxy_rows.h"
#include "store/tx/database.h"

namespace roadstead::testing {

class ProxyWorld : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = make_temporary_directory("/tmp", "roadstead-proxy-").value();
    settings_.directory = directory_ + "/proxy";
    settings_.bind_addresses = {"127.0.0.1"};
    settings_.https_port = static_cast<std::uint16_t>(free_port());
    settings_.http_port = static_cast<std::uint16_t>(free_port());
    settings_.max_connections = 500;
    make_proxy();
  }

  void TearDown() override {
    if (proxy_ != nullptr) {
      ASSERT_TRUE(proxy_->shutdown());
    }
    ASSERT_TRUE(remove_tree(directory_));
  }

  void make_proxy() { proxy_ = std::make_unique<HaproxyProxy>(settings_, directory_ + "/ca", "test"); }

  std::string authority() const { return CertificateAuthority::certificate_path(directory_ + "/ca"); }

  template <class Row>
  void put(Row row) {
    change([&](Tx& tx) { tx.put(row); });
  }

  void change(const std::function<void(Tx&)>& f) {
    Work work = [&](Tx& tx) -> Status {
      f(tx);
      return Done{};
    };
    ASSERT_TRUE(database_.run(work, clock_.now(), ids_).status);
  }

  /// One step, whose news go into the rows.
  Result<ProxyObservation> step() {
    auto view = proxy_view_of(database_.reader());
    auto seen = proxy_->step(view, clock_.now());
    if (!seen) return seen;
    auto news = news_in(view, *seen);
    Work work = [&](Tx& tx) { return observe_proxy(tx, news); };
    EXPECT_TRUE(database_.run(work, clock_.now(), ids_).status);
    return seen;
  }

  /// Steps until `holds`, at most two minutes: the machine may be busy with other things.
  bool drive_until(const std::function<bool()>& holds) {
    auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (std::chrono::steady_clock::now() < deadline) {
      auto seen = step();
      if (!seen) ADD_FAILURE() << seen.error().message << " " << seen.error().detail;
      if (!seen) return false;
      if (holds()) return true;
      pollfd ended{proxy_->watch_fd(), POLLIN, 0};
      auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(seen->look_again_in).count();
      poll(&ended, 1, static_cast<int>(std::min<long>(millis, 100)));
    }
    return false;
  }

  /// A load balancer "lb" with HTTPS, a target group for each name, and a rule from "<name>.localhost" to it.
  void put_services(const std::vector<std::string>& names) {
    put(load_balancer("lb"));
    put(listener("lb"));
    int priority = 1;
    for (const auto& name : names) {
      put(target_group(name));
      put(certificate(name + ".localhost"));
      put(rule("lb", priority++, {name + ".localhost"}, {}, forward_to({{name, 1}})));
    }
  }

  void add_target(const std::string& group, const HttpServer& server) {
    put(target(group, "127.0.0.1", server.port(), clock_.now()));
  }

  std::shared_ptr<const TargetRow> target_row(const std::string& group, int port) {
    return database_.reader().find<TargetRow>(RowTraits<TargetRow>::key(target(group, "127.0.0.1", port, {})));
  }

  bool is_state(const std::string& group, const HttpServer& server, TargetState state) {
    auto row = target_row(group, server.port());
    return row != nullptr && row->state == state;
  }

  void deregister(const std::string& group, const HttpServer& server) {
    change([&](Tx& tx) {
      auto key = RowTraits<TargetRow>::key(target(group, "127.0.0.1", server.port(), {}));
      tx.update<TargetRow>(key, [&](TargetRow& row) {
        row.deregistering = true;
        row.deregistered_at = tx.now();
      });
    });
  }

  Result<HttpReply> get(const std::string& host, const std::string& path, const std::string& headers = {}) {
    return get_once(settings_.https_port, host, path, authority(), headers);
  }

  std::string directory_;
  ProxySettings settings_;
  SystemClock clock_;
  SeededIds ids_{1};
  Database database_{stored_schema()};
  std::unique_ptr<HaproxyProxy> proxy_;
};

}  // namespace roadstead::testing
