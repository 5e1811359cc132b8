#include "decide/scaling/scaling_reconcile.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "decide/metrics/measure.h"
#include "decide/scaling/scaling_rows.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

const std::string resource = "service/default/web";
const std::string service_arn = "arn:aws:ecs:us-east-1:123456789012:service/default/web";
const std::string policy_arn = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:u:resource/ecs/service/default/web:policyName/cpu";

/// A service whose tasks share a load: what is measured follows from how many there are.
class ScalingReconcile : public ::testing::Test {
 protected:
  ScalingReconcile() {
    change([](Tx& tx) -> Status {
      tx.put(InstallationRow{.name = "local", .account_id = "123456789012", .region = "us-east-1", .domain = "localhost"});
      ServiceRow service{.service_arn = service_arn, .service_name = "web", .cluster_arn = "c", .status = "ACTIVE"};
      service.desired_count = 2;
      service.primary_revision_arn = "r";
      service.steady = true;
      tx.put(std::move(service));
      tx.put(ServiceRevisionRow{.service_revision_arn = "r", .service_arn = service_arn});
      ScalableTargetRow target{.resource_id = resource, .scalable_target_arn = "target"};
      target.max_capacity = 10;
      tx.put(std::move(target));
      tx.put(ScalingPolicyRow{.policy_arn = policy_arn, .policy_name = "cpu", .resource_id = resource, .metric = "ECSServiceAverageCPUUtilization"});
      return Done{};
    });
    follow_desired();
    reconcile();
  }

  void change(Work work) {
    auto outcome = database_.run(work, now_, ids_);
    ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  }

  void reconcile() {
    change([&](Tx& tx) -> Status {
      wake_ = TRY(reconcile_scaling(tx, store_, resource));
      return Done{};
    });
  }

  /// The nodes run what is wanted.
  void follow_desired() {
    change([&](Tx& tx) -> Status {
      for (const auto& task : tx.all<TaskRow>()) tx.erase<TaskRow>(task->task_arn);
      for (int i = 0; i < desired(); ++i) {
        tx.put(TaskRow{.task_arn = cat("t", i), .task_id = cat("t", i), .service_arn = service_arn, .cpu = "1024", .memory = "2048"});
      }
      return Done{};
    });
  }

  /// `minutes` with a load of `processors` for all tasks together.
  void pass(int minutes, double processors) {
    for (int i = 0; i < minutes; ++i) {
      Measurements seen{.begin = now_, .end = now_ + 60s};
      for (const auto& task : database_.reader().all<TaskRow>()) {
        seen.tasks.push_back({.task_arn = task->task_arn, .processors = processors / desired()});
      }
      now_ = now_ + 60s;
      change([&](Tx& tx) { return observe_measurements(tx, store_, seen); });
      auto before = desired();
      reconcile();
      if (desired() != before) {
        changes_.push_back(desired());
        follow_desired();
      }
    }
  }

  int desired() { return database_.reader().find<ServiceRow>(service_arn)->desired_count; }
  std::shared_ptr<const ScalingPolicyRow> policy() { return database_.reader().find<ScalingPolicyRow>(policy_arn); }
  std::vector<std::shared_ptr<const ScalingActivityRow>> activities() { return database_.reader().list(ScalingActivityRowIndex::by_resource, resource); }

  Database database_{stored_schema()};
  SeededIds ids_{1};
  MetricStore store_;
  Instant now_ = Instant::from_seconds(1'790'000'040);
  std::optional<Instant> wake_;
  std::vector<int> changes_;
};

TEST_F(ScalingReconcile, MakesTheTwoAlarmsOfAPolicy) {
  ASSERT_TRUE(policy()->high_alarm_name);
  auto high = database_.reader().find<MetricAlarmRow>(*policy()->high_alarm_name);
  auto low = database_.reader().find<MetricAlarmRow>(*policy()->low_alarm_name);
  EXPECT_TRUE(high->alarm_name.starts_with("TargetTracking-service/default/web-AlarmHigh-"));
  EXPECT_EQ(high->description, cat("DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ", policy_arn, '.'));
  EXPECT_EQ(high->alarm_arn, cat("arn:aws:cloudwatch:us-east-1:123456789012:alarm:", high->alarm_name));
  EXPECT_EQ(high->threshold, 60);
  EXPECT_EQ(high->evaluation_periods, 3);
  EXPECT_EQ(low->threshold, 54);
  EXPECT_EQ(low->evaluation_periods, 15);
}

TEST_F(ScalingReconcile, GrowsAfterThreeMinutesAndStaysThere) {
  pass(2, 1.8);
  EXPECT_EQ(desired(), 2);
  pass(1, 1.8);
  EXPECT_EQ(desired(), 3);
  pass(60, 1.8);
  EXPECT_EQ(changes_, (std::vector<int>{3}));
}

TEST_F(ScalingReconcile, ShrinksAfterFifteenMinutesAndNeverBelowTheMinimum) {
  pass(3, 1.8);
  pass(14, 0.5);
  EXPECT_EQ(desired(), 3);
  pass(2, 0.5);
  EXPECT_EQ(desired(), 1);
  pass(60, 0);
  EXPECT_EQ(desired(), 1);
}

TEST_F(ScalingReconcile, TellsWhatItDid) {
  pass(3, 1.8);
  ASSERT_EQ(activities().size(), 1U);
  auto activity = activities().front();
  EXPECT_EQ(activity->status, "InProgress");
  EXPECT_EQ(activity->description, "Setting desired count to 3.");
  EXPECT_EQ(activity->cause, cat("monitor alarm ", *policy()->high_alarm_name, " in state ALARM triggered policy cpu"));
  EXPECT_EQ(activity->status_message, "Successfully set desired count to 3. Waiting for change to be fulfilled by ecs.");
  auto event = database_.reader().all<ServiceEventRow>().back();
  EXPECT_TRUE(event->message.starts_with("(service web) Message: Successfully set desired count to 3.")) << event->message;
  change([](Tx& tx) -> Status {
    tx.update<ServiceRow>(service_arn, [](ServiceRow& row) { row.steady = true; });
    return Done{};
  });
  reconcile();
  EXPECT_EQ(activities().front()->status, "Successful");
  EXPECT_EQ(activities().front()->status_message, "Successfully set desired count to 3. Change successfully fulfilled by ecs.");
}

TEST_F(ScalingReconcile, AnotherChangeOfTheCountOverridesAnActivity) {
  pass(3, 1.8);
  change([](Tx& tx) -> Status {
    set_desired_count(tx, service_arn, 5);
    return Done{};
  });
  reconcile();
  EXPECT_EQ(activities().front()->status, "Overridden");
}

TEST_F(ScalingReconcile, ANewTargetTakesEffectAtOnce) {
  pass(3, 1.0);
  EXPECT_EQ(desired(), 2);
  auto high = *policy()->high_alarm_name;
  change([](Tx& tx) -> Status {
    tx.update<ScalingPolicyRow>(policy_arn, [](ScalingPolicyRow& row) { row.target_value = 25; });
    return Done{};
  });
  reconcile();
  EXPECT_EQ(database_.reader().find<MetricAlarmRow>(high)->threshold, 25);
  pass(1, 1.0);
  EXPECT_EQ(desired(), 4) << "what was measured before is known already";
}

TEST_F(ScalingReconcile, WhileAnAlarmRingsItLooksEveryMinute) {
  EXPECT_FALSE(wake_);
  pass(3, 1.8);
  ASSERT_TRUE(wake_);
  EXPECT_GT(*wake_, now_ + 60s);
  EXPECT_LT(*wake_, now_ + 120s);
  pass(20, 60);
  EXPECT_EQ(desired(), 10);
  EXPECT_FALSE(wake_) << "at the maximum there is nothing to look for";
}

TEST_F(ScalingReconcile, GoesWithTheService) {
  change([](Tx& tx) -> Status {
    tx.update<ServiceRow>(service_arn, [](ServiceRow& row) { row.status = "INACTIVE"; });
    return Done{};
  });
  pass(1, 1);
  EXPECT_EQ(database_.reader().count<ScalableTargetRow>(), 0U);
  EXPECT_EQ(database_.reader().count<ScalingPolicyRow>(), 0U);
  EXPECT_EQ(database_.reader().count<MetricAlarmRow>(), 0U);
  EXPECT_EQ(database_.reader().count<ScalingActivityRow>(), 0U);
}

TEST_F(ScalingReconcile, KeepsAHundredActivities) {
  pass(2, 5.9);
  for (int i = 0; i < 120; ++i) {
    pass(1, 5.9);
    change([](Tx& tx) -> Status {
      set_desired_count(tx, service_arn, 2);
      return Done{};
    });
    follow_desired();
  }
  EXPECT_GE(database_.reader().find<ScalableTargetRow>(resource)->next_activity, 101);
  EXPECT_EQ(activities().size(), 100U);
}

}  // namespace
}  // namespace roadstead
