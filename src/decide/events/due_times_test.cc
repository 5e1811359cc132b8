#include "decide/events/due_times.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "decide/events/dispatch.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct UtcOnly final : ZoneSource {
  std::shared_ptr<const TimeZone> find(std::string_view name) const override {
    return name == "UTC" ? std::make_shared<const TimeZone>() : nullptr;
  }
};

class DueTimesTest : public testing::Test {
 protected:
  template <class F>
  void at(Instant now, F&& work) {
    now_ = now;
    Work wrapped = [&](Tx& tx) -> Status {
      work(tx);
      return Done{};
    };
    ASSERT_TRUE(database_.run(wrapped, now, ids_).status);
  }

  void put_rule(const std::string& expression) {
    at(now_, [&](Tx& tx) {
      EventRuleRow rule{.bus_name = "default", .rule_name = "nightly", .rule_arn = "arn:aws:events:us-east-1:1:rule/nightly"};
      rule.schedule_expression = expression;
      rule.next_at = first_time_of_rule(rule, tx.now());
      tx.put(std::move(rule));
      events::Target target{.id = "a", .arn = "arn:t"};
      tx.put(EventTargetRow{.bus_name = "default", .rule_name = "nightly", .target_id = "a", .target_arn = "arn:t", .target = target});
    });
  }

  std::optional<Instant> put_schedule(ScheduleRow row) {
    std::optional<Instant> next;
    at(now_, [&](Tx& tx) {
      row.group_name = "default";
      row.schedule_name = "s";
      row.schedule_arn = "arn:schedule";
      row.next_at = next = first_time_of_schedule(row, TimeZone(), tx.now());
      tx.put(std::move(row));
    });
    return next;
  }

  std::optional<Instant> run_rule(Instant now) {
    std::optional<Instant> next;
    at(now, [&](Tx& tx) { next = reconcile_rule(tx, event_rule_key("default", "nightly")).value(); });
    return next;
  }

  std::optional<Instant> run_schedule(Instant now) {
    std::optional<Instant> next;
    at(now, [&](Tx& tx) { next = reconcile_schedule(tx, zones_, schedule_key("default", "s")).value(); });
    return next;
  }

  std::size_t owed() const { return database_.reader().count<InvocationRow>(); }

  Database database_{stored_schema()};
  SeededIds ids_{1};
  UtcOnly zones_;
  Instant now_ = Instant::from_seconds(1'790'000'000);
};

TEST_F(DueTimesTest, ARuleOwesOneCallForEachDueTime) {
  auto start = now_;
  put_rule("rate(5 minutes)");
  EXPECT_EQ(run_rule(start + minutes(4)), start + minutes(5));
  EXPECT_EQ(owed(), 0U);
  EXPECT_EQ(run_rule(start + minutes(5)), start + minutes(10));
  EXPECT_EQ(run_rule(start + minutes(5) + seconds(1)), start + minutes(10));
  EXPECT_EQ(owed(), 1U);
  auto row = database_.reader().all<InvocationRow>().front();
  EXPECT_EQ(row->started_by, "events-rule/nightly");
  EXPECT_NE(row->input.find("\"detail-type\":\"Scheduled Event\""), std::string::npos);
  EXPECT_EQ(row->maximum_attempts, 186);
  EXPECT_EQ(row->expires_at, start + minutes(5) + hours(24));
}

TEST_F(DueTimesTest, MissedTimesAreServedByOneCall) {
  auto start = now_;
  put_rule("rate(5 minutes)");
  EXPECT_EQ(run_rule(start + hours(3) + seconds(1)), start + hours(3) + minutes(5));
  EXPECT_EQ(owed(), 1U);
}

TEST_F(DueTimesTest, ADisabledRuleIsNotDue) {
  put_rule("rate(5 minutes)");
  at(now_, [](Tx& tx) { tx.update<EventRuleRow>(event_rule_key("default", "nightly"), [](EventRuleRow& rule) { rule.enabled = false; }); });
  EXPECT_EQ(run_rule(now_ + hours(1)), std::nullopt);
  EXPECT_EQ(owed(), 0U);
}

TEST_F(DueTimesTest, ARateBeginsAtOnceOrAtItsStart) {
  auto start = now_;
  EXPECT_EQ(put_schedule({.schedule_expression = "rate(1 hour)"}), start);
  EXPECT_EQ(put_schedule({.schedule_expression = "rate(1 hour)", .start_at = start + minutes(7)}), start + minutes(7));
  EXPECT_EQ(put_schedule({.schedule_expression = "rate(1 hour)", .start_at = start - minutes(7)}), start + minutes(53));
  EXPECT_EQ(put_schedule({.schedule_expression = "rate(1 hour)", .start_at = start + hours(2), .end_at = start + hours(1)}), std::nullopt);
}

TEST_F(DueTimesTest, AScheduleEnds) {
  auto start = now_;
  put_schedule({.schedule_expression = "rate(1 hour)", .end_at = start + minutes(90)});
  EXPECT_EQ(run_schedule(start), start + hours(1));
  EXPECT_EQ(run_schedule(start + hours(1)), std::nullopt);
  EXPECT_EQ(run_schedule(start + hours(2)), std::nullopt);
  EXPECT_EQ(owed(), 2U);
  EXPECT_EQ(database_.reader().count<ScheduleRow>(), 1U);
}

TEST_F(DueTimesTest, ASingleTimeRunsOnceAndMayTakeItsScheduleAlong) {
  now_ = Instant::from_seconds(1'796'118'000);
  auto due = parse_iso8601("2026-12-01T10:00:00Z").value();
  EXPECT_EQ(put_schedule({.schedule_expression = "at(2026-12-01T10:00:00)", .delete_after_completion = true}), due);
  EXPECT_EQ(run_schedule(due - seconds(1)), due);
  EXPECT_EQ(run_schedule(due + hours(5)), std::nullopt);
  EXPECT_EQ(owed(), 1U);
  EXPECT_EQ(database_.reader().count<ScheduleRow>(), 0U);
}

TEST_F(DueTimesTest, AFlexibleWindowDelaysTheCallOnly) {
  auto start = now_;
  put_schedule({.schedule_expression = "rate(1 hour)", .window_minutes = 15});
  EXPECT_EQ(run_schedule(start), start + hours(1));
  auto row = database_.reader().all<InvocationRow>().front();
  EXPECT_GE(*row->due_at, start);
  EXPECT_LT(*row->due_at, start + minutes(15));
  EXPECT_NE(*row->due_at, start);
}

TEST_F(DueTimesTest, AnEventIsOwedToEveryTargetOfTheRulesThatWantIt) {
  at(now_, [&](Tx& tx) {
    for (auto [name, pattern, enabled] : {std::tuple{"wants", R"({"source":["my.app"]})", true}, {"other", R"({"source":["x"]})", true},
                                          {"off", R"({"source":["my.app"]})", false}}) {
      EventRuleRow rule{.bus_name = "default", .rule_name = name, .rule_arn = cat("arn:aws:events:us-east-1:1:rule/", name)};
      rule.event_pattern = pattern;
      rule.enabled = enabled;
      tx.put(std::move(rule));
      for (auto id : {"a", "b"}) {
        events::Target target{.id = id, .arn = "arn:t"};
        if (id == std::string("b")) target.retry_policy = events::RetryPolicy{.maximum_retry_attempts = 0, .maximum_event_age_in_seconds = 60};
        tx.put(EventTargetRow{.bus_name = "default", .rule_name = name, .target_id = id, .target_arn = "arn:t", .target = target});
      }
    }
    EXPECT_TRUE(has_listeners(tx, "default"));
    EXPECT_FALSE(has_listeners(tx, "other"));
    EventEnvelope envelope{.id = "1", .detail_type = "Hello", .source = "my.app", .account = "1", .region = "r", .time = tx.now(), .resources = {}};
    dispatch_event(tx, "default", render_event(envelope, nullptr));
  });
  auto rows = database_.reader().all<InvocationRow>();
  ASSERT_EQ(rows.size(), 2U);
  for (const auto& row : rows) {
    EXPECT_EQ(row->source_arn, "arn:aws:events:us-east-1:1:rule/wants");
    if (row->target.id == "a") continue;
    EXPECT_EQ(row->maximum_attempts, 1);
    EXPECT_EQ(row->expires_at, now_ + seconds(60));
  }
}

TEST_F(DueTimesTest, ATargetThatIsAwayDoesNotFillTheMemory) {
  put_rule("rate(5 minutes)");
  at(now_, [](Tx& tx) {
    auto rule = tx.find<EventRuleRow>(event_rule_key("default", "nightly"));
    for (std::size_t count = 0; count < most_owed_calls + 5; ++count) invoke_targets(tx, *rule, nullptr);
  });
  EXPECT_EQ(owed(), most_owed_calls);
}

}  // namespace
}  // namespace roadstead
