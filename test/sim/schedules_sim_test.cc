// Rules and schedules under a fake clock, with a control plane that dies at any write and a disk that refuses some: each due
// time is served once; a stretch of times that were missed is served by one call. Seeded: a failure names its seed.
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "aws/wire/json.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "control/controllers.h"
#include "control/event_controllers.h"
#include "decide/events/dispatch.h"
#include "decide/events/due_times.h"
#include "decide/installation/first_start.h"
#include "decide/schedules/fake_zones.h"
#include "decide/schedules/schedule.h"
#include "services/ecs/task_definitions/task_definitions.h"
#include "store/inline_transactor.h"
#include "store/log/failing_log.h"
#include "store/log/memory_log.h"
#include "store/logged.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// What a death of the control plane loses.
struct Plane {
  Plane(Log& log, const Clock& clock, Ids& ids, Metrics& metrics, const ZoneSource& zones)
      : database(stored_schema()), transactor({database, log, feed, clock, ids}), controllers(transactor, event_controllers(zones), metrics) {
    CHECK(load_state(log, database, feed), "what was logged can be read");
    controllers.start();
  }

  Database database;
  Feed feed;
  InlineTransactor transactor;
  Controllers controllers;
};

class SchedulesSim {
 public:
  explicit SchedulesSim(std::uint64_t seed) : chance_(seed), ids_(seed * 31 + 7) {
    restart();
    change([&](Tx& tx) -> Status {
      tx.put(InstallationRow{.name = "local", .account_id = "123456789012", .region = "us-east-1", .domain = "localhost"});
      TRY(ensure_first_start(tx, {}));
      NodeRow node{.node_id = "n1", .host_name = "n1", .cpu_architecture = "X86_64", .cpu_units = 1 << 20, .memory_mib = 1 << 20};
      node.last_seen_at = tx.now() + hours(24 * 365);
      tx.put(std::move(node));
      auto definition = TRY(from_json<ecs::RegisterTaskDefinitionRequest>(
          R"({"family":"job","containerDefinitions":[{"name":"main","image":"x","memory":6}]})"
      ));
      Caller who{.account_id = "123456789012", .region = "us-east-1"};
      TRY(ecs::register_task_definition(tx, who, definition));
      make_rule(tx);
      make_schedule(tx);
      return Done{};
    });
  }

  /// Nothing, or which rule was broken.
  std::string run() {
    for (int step = 0; step < 150; ++step) {
      clock_.advance(one_in(4) ? Duration(minutes(pick(40))) : Duration(seconds(pick(90))));
      // Dies at a write that is yet to come, or has a full disk for a while.
      if (one_in(3)) {
        disk_ = std::make_unique<FailingLog>(memory_, std::vector<LogFault>{{static_cast<std::uint64_t>(1 + pick(3)), LogFault::Kind::tear}});
        restart_on(*disk_);
        plane_->controllers.run_due(clock_.now());
      }
      disk_ = std::make_unique<FailingLog>(memory_);
      restart_on(*disk_);
      int looks = 1;
      if (one_in(4)) {
        ++looks;
        disk_->fill();
        plane_->controllers.run_due(clock_.now());
        disk_->free();
        clock_.advance(seconds(40));
      }
      plane_->controllers.run_due(clock_.now());
      auto broken = check(looks);
      if (!broken.empty()) return cat("step ", step, ": ", broken);
    }
    return counts_[0] > 3 && counts_[1] > 3 ? "" : "hardly anything ran";
  }

 private:
  int pick(int below) { return static_cast<int>(chance_.bits() % static_cast<std::uint64_t>(below)); }
  bool one_in(int times) { return pick(times) == 0; }

  void restart() {
    disk_ = std::make_unique<FailingLog>(memory_);
    restart_on(*disk_);
  }

  void restart_on(Log& log) {
    plane_.reset();
    plane_ = std::make_unique<Plane>(log, clock_, ids_, metrics_, zones_);
  }

  void change(Work work) {
    Status outcome = Error{"NotRun", "the work was not run"};
    plane_->transactor.submit(std::move(work), [&outcome](Status status) { outcome = std::move(status); });
    CHECK(outcome, "a world can be made");
  }

  void make_rule(Tx& tx) {
    EventRuleRow rule{.bus_name = "default", .rule_name = "rate", .rule_arn = "arn:aws:events:us-east-1:123456789012:rule/rate"};
    rule.schedule_expression = cat("rate(", 2 + pick(9), " minutes)");
    first_[0] = rule.next_at = first_time_of_rule(rule, tx.now());
    expressions_[0] = *rule.schedule_expression;
    tx.put(std::move(rule));
    events::Target target{.id = "t", .arn = "arn:aws:ecs:us-east-1:123456789012:cluster/default"};
    target.ecs_parameters.emplace().task_definition_arn = "job";
    tx.put(EventTargetRow{.bus_name = "default", .rule_name = "rate", .target_id = "t", .target_arn = target.arn, .target = target});
  }

  void make_schedule(Tx& tx) {
    ScheduleRow row{.group_name = "default", .schedule_name = "cron", .schedule_arn = "arn:aws:scheduler:us-east-1:123456789012:schedule/default/cron"};
    row.schedule_expression = cat("cron(", pick(4), '/', 3 + pick(9), " * * * ? *)");
    row.timezone = "Europe/Berlin";
    row.target.arn = "arn:aws:ecs:us-east-1:123456789012:cluster/default";
    row.target.ecs_parameters.emplace().task_definition_arn = "job";
    first_[1] = row.next_at = first_time_of_schedule(row, *zones_.find("Europe/Berlin"), tx.now());
    expressions_[1] = row.schedule_expression;
    tx.put(std::move(row));
  }

  /// How many times of one of the two came to be due since the last check.
  int due_since(int which) {
    auto schedule = parse_schedule(expressions_[which]).value();
    int due = 0;
    while (first_[which] && *first_[which] <= clock_.now()) {
      ++due;
      first_[which] = next_time(schedule, *zones_.find("Europe/Berlin"), *first_[which], *first_[which]);
    }
    return due;
  }

  /// `looks`: at how many times the plane could look since the last check; what is missed between two of them runs once.
  std::string check(int looks) {
    int now[2] = {};
    plane_->database.reader().for_each<TaskRow>([&](const TaskRow& task) {
      if (task.started_by == "events-rule/rate") ++now[0];
      if (task.started_by == "chronos-schedule/cron") ++now[1];
    });
    if (plane_->database.reader().count<InvocationRow>() > 0) return "a call is still owed";
    for (int which : {0, 1}) {
      int due = due_since(which);
      int ran = now[which] - counts_[which];
      counts_[which] = now[which];
      if (ran > looks) return cat(expressions_[which], " ran ", ran, " times, though ", due, " due times were missed together");
      if (ran > due) return cat(expressions_[which], " ran ", ran, " times for ", due, " due times");
      if (due > 0 && ran == 0) return cat(expressions_[which], " did not run at all for ", due, " due times");
    }
    return {};
  }

  SeededIds chance_;
  SeededIds ids_;
  FakeClock clock_;
  FakeZones zones_;
  Metrics metrics_;
  MemoryLog memory_;
  std::unique_ptr<FailingLog> disk_;
  std::unique_ptr<Plane> plane_;
  std::string expressions_[2];
  std::optional<Instant> first_[2];
  int counts_[2] = {};
};

TEST(SchedulesSim, EachDueTimeIsServedOnceWheneverThePlaneDies) {
  set_log_level(static_cast<LogLevel>(static_cast<int>(LogLevel::error) + 1));
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SchedulesSim sim(seed);
    ASSERT_EQ(sim.run(), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace roadstead
