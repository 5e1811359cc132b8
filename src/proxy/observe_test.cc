#include "proxy/observe.h"

#include <gtest/gtest.h>

#include "proxy/testing/proxy_rows.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

using namespace testing;

class ObserveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    change([&](Tx& tx) {
      tx.put(load_balancer("lb"));
      tx.put(listener("lb"));
      tx.put(target_group("web"));
      tx.put(certificate("web.localhost"));
      tx.put(target("web", "10.0.0.4", 80, now_));
    });
  }

  /// Runs a transaction and gives how many rows it changed.
  std::size_t change(const std::function<void(Tx&)>& f) {
    Work work = [&](Tx& tx) -> Status {
      f(tx);
      return Done{};
    };
    auto outcome = database_.run(work, now_ + std::chrono::seconds(9), ids_);
    return outcome.batch == nullptr ? 0 : outcome.batch->changes.size();
  }

  std::size_t observe(const ProxyObservation& seen) {
    return change([&](Tx& tx) { ASSERT_TRUE(observe_proxy(tx, seen)); });
  }

  std::shared_ptr<const TargetRow> row() const {
    return database_.reader().find<TargetRow>(RowTraits<TargetRow>::key(target("web", "10.0.0.4", 80, now_)));
  }

  ResourceObservation about(ecs::ManagedResourceStatus status, std::optional<std::string> reason = {}) const {
    return {ResourceKind::listener, listener("lb").listener_arn, status, std::move(reason), {}};
  }

  ProxyView view() const { return proxy_view_of(database_.reader()); }

  Instant now_ = Instant::from_seconds(1'790'000'000);
  SeededIds ids_{1};
  Database database_{stored_schema()};
  TargetObservation healthy_{arn_of("targetgroup", "web"), "10.0.0.4", 80, now_, TargetState::healthy, {}, {}, false};
};

TEST_F(ObserveTest, WritesTheStateOfATargetOnce) {
  ProxyObservation seen{{healthy_}, {}};
  EXPECT_EQ(news_in(view(), seen).targets.size(), 1u);
  EXPECT_EQ(observe(seen), 1u);
  EXPECT_EQ(row()->state, TargetState::healthy);
  EXPECT_EQ(row()->state_at, std::optional<Instant>(now_ + std::chrono::seconds(9)));
  EXPECT_EQ(observe(seen), 0u);
  EXPECT_TRUE(news_in(view(), seen).targets.empty());
}

TEST_F(ObserveTest, AnEarlierRegistrationIsNotMeant) {
  healthy_.registered_at = now_ - std::chrono::seconds(1);
  EXPECT_EQ(observe({{healthy_}, {}}), 0u);
  EXPECT_TRUE(news_in(view(), {{healthy_}, {}}).targets.empty());
}

TEST_F(ObserveTest, ATargetThatWasDeregisteredMeanwhileIsNotHealthy) {
  change([&](Tx& tx) {
    tx.update<TargetRow>(RowTraits<TargetRow>::key(*row()), [](TargetRow& next) { next.deregistering = true; });
  });
  EXPECT_EQ(observe({{healthy_}, {}}), 0u);
  auto draining = healthy_;
  draining.state = TargetState::draining;
  draining.drained = true;
  EXPECT_EQ(observe({{draining}, {}}), 1u);
  EXPECT_TRUE(row()->drained);
}

TEST_F(ObserveTest, ATargetThatIsGoneStaysGone) {
  change([&](Tx& tx) { tx.erase<TargetRow>(RowTraits<TargetRow>::key(*row())); });
  EXPECT_EQ(observe({{healthy_}, {}}), 0u);
}

TEST_F(ObserveTest, AResourceBecomesActiveOrFailedAndBack) {
  using enum ecs::ManagedResourceStatus;
  auto state = [&] { return database_.reader().find<ListenerRow>(listener("lb").listener_arn)->state; };
  EXPECT_EQ(observe({{}, {about(failed, "Port 443 is used.")}}), 1u);
  EXPECT_EQ(state().reason, std::optional<std::string>("Port 443 is used."));
  EXPECT_EQ(observe({{}, {about(active)}}), 1u);
  EXPECT_EQ(state().status, active);
  EXPECT_EQ(state().reason, std::nullopt);
  EXPECT_EQ(observe({{}, {about(active)}}), 0u);
  EXPECT_EQ(observe({{}, {about(deleted)}}), 0u) << "it is wanted";
}

TEST_F(ObserveTest, OnlyWhatIsOnItsWayOutBecomesDeleted) {
  using enum ecs::ManagedResourceStatus;
  change([&](Tx& tx) {
    tx.update<ListenerRow>(listener("lb").listener_arn, [](ListenerRow& next) { next.state.status = deprovisioning; });
  });
  EXPECT_EQ(observe({{}, {about(active)}}), 0u);
  EXPECT_EQ(news_in(view(), {{}, {about(deleted)}}).resources.size(), 1u);
  EXPECT_EQ(observe({{}, {about(deleted)}}), 1u);
  EXPECT_TRUE(view().listeners.empty());
  EXPECT_EQ(observe({{}, {about(active)}}), 0u);
}

TEST_F(ObserveTest, ARenewedCertificateTellsItsNewEnd) {
  auto arn = certificate("web.localhost").certificate_arn;
  ResourceObservation seen{ResourceKind::certificate, arn, ecs::ManagedResourceStatus::active, {}, now_};
  EXPECT_EQ(observe({{}, {seen}}), 1u);
  seen.not_after = now_ + std::chrono::hours(1);
  EXPECT_EQ(news_in(view(), {{}, {seen}}).resources.size(), 1u);
  EXPECT_EQ(observe({{}, {seen}}), 1u);
  EXPECT_EQ(database_.reader().find<CertificateRow>(arn)->not_after, seen.not_after);
}

TEST_F(ObserveTest, ChangesOfOtherTablesDoNotConcernTheProxy) {
  Work work = [&](Tx& tx) -> Status {
    tx.put(target_group("more"));
    AccessKeyRow key;
    key.access_key_id = "AKIA";
    tx.put(key);
    return Done{};
  };
  auto outcome = database_.run(work, now_, ids_);
  ASSERT_EQ(outcome.batch->changes.size(), 2u);
  EXPECT_TRUE(concerns_proxy(outcome.batch->changes[0]));
  EXPECT_FALSE(concerns_proxy(outcome.batch->changes[1]));
}

TEST_F(ObserveTest, ADeletedGroupIsInViewAsLongAsItHasTargets) {
  change([&](Tx& tx) {
    tx.update<TargetGroupRow>(target_group("web").target_group_arn, [](TargetGroupRow& row) {
      row.state.status = ecs::ManagedResourceStatus::deleted;
    });
  });
  ASSERT_EQ(view().target_groups.size(), 1u);
  change([&](Tx& tx) { tx.erase<TargetRow>(RowTraits<TargetRow>::key(*row())); });
  EXPECT_TRUE(view().target_groups.empty());
}

}  // namespace
}  // namespace roadstead
