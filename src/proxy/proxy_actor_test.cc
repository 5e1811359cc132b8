#include "proxy/proxy_actor.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "proxy/fake_proxy.h"
#include "proxy/testing/proxy_rows.h"
#include "store/log/memory_log.h"
#include "store/thread_transactor.h"

namespace roadstead {
namespace {

using namespace testing;

/// Waits for rows to become as they should, by the feed.
class Watcher {
 public:
  explicit Watcher(Transactor& transactor) : transactor_(transactor) {}

  /// Runs `holds` on the state thread now and after each batch until it is true.
  void until(std::function<bool(const Reader&)> holds) {
    struct State {
      std::mutex mutex;
      std::condition_variable changed;
      bool done = false;
    };
    auto state = std::make_shared<State>();
    while (true) {
      auto reached = std::make_shared<bool>(false);
      auto work = [holds, reached](Tx& tx) -> Status {
        *reached = holds(tx);
        return Done{};
      };
      std::unique_lock lock(state->mutex);
      state->done = false;
      transactor_.submit(std::move(work), [state](const Status&) {
        std::lock_guard inner(state->mutex);
        state->done = true;
        state->changed.notify_all();
      });
      state->changed.wait(lock, [&] { return state->done; });
      if (*reached) return;
    }
  }

 private:
  Transactor& transactor_;
};

class ProxyActorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    proxy_.default_target.healthy_after = Duration::zero();
    proxy_.resources_take = Duration::zero();
  }

  template <class Row>
  void put(Row row) {
    transactor_.submit([row](Tx& tx) -> Status {
      tx.put(row);
      return Done{};
    }, {});
  }

  bool is_healthy(const Reader& rows) const {
    auto row = rows.find<TargetRow>(RowTraits<TargetRow>::key(target("web", "10.0.0.4", 80, {})));
    return row != nullptr && row->state == TargetState::healthy;
  }

  FakeClock clock_;
  SeededIds ids_{1};
  Metrics metrics_;
  Database database_{stored_schema()};
  MemoryLog log_;
  Feed feed_;
  FakeProxy proxy_;
  ThreadTransactor transactor_{{database_, log_, feed_, clock_, ids_, metrics_}};
  ProxyActor actor_{{proxy_, transactor_, clock_, metrics_}};
};

TEST_F(ProxyActorTest, WhatTheProxySeesComesIntoTheRows) {
  actor_.start();
  put(load_balancer("lb"));
  put(target_group("web"));
  put(target("web", "10.0.0.4", 80, clock_.now()));
  Watcher(transactor_).until([&](const Reader& rows) {
    return is_healthy(rows) && rows.find<LoadBalancerRow>(load_balancer("lb").load_balancer_arn)->state.status ==
                                   ecs::ManagedResourceStatus::active;
  });
  actor_.stop();
  actor_.stop();
  EXPECT_FALSE(proxy_.is_shut_down()) << "the proxy outlives its actor";
}

TEST_F(ProxyActorTest, RowsFromBeforeItsStartCountToo) {
  put(target_group("web"));
  put(target("web", "10.0.0.4", 80, clock_.now()));
  actor_.start();
  Watcher(transactor_).until([&](const Reader& rows) { return is_healthy(rows); });
}

TEST_F(ProxyActorTest, AProblemIsKeptForPeopleToSee) {
  proxy_.broken = Error{"ProxyMissing", "The program 'haproxy' is not installed."};
  actor_.start();
  put(target_group("web"));
  Watcher(transactor_).until([&](const Reader&) { return actor_.problem().has_value(); });
  EXPECT_EQ(actor_.problem()->code, "ProxyMissing");
}

TEST_F(ProxyActorTest, EndsCleanlyWhenTheStateHasEndedBefore) {
  actor_.start();
  transactor_.stop();
  actor_.stop();
  EXPECT_TRUE(actor_.stats().empty());
}

}  // namespace
}  // namespace roadstead
