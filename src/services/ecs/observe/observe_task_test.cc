#include "services/ecs/observe/observe_task.h"

#include <gtest/gtest.h>

#include "store/tx/database.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

// Tables that are never written to a log.
template <class Row>
TableSpec memory_table() {
  TableSpec spec{.id = RowTraits<Row>::table, .name = RowTraits<Row>::name, .index_count = RowTraits<Row>::index_count};
  spec.key = [](const void* row) { return RowTraits<Row>::key(*static_cast<const Row*>(row)); };
  spec.index_keys = [](const void* row, int index, std::vector<std::string>& out) {
    RowTraits<Row>::index_keys(*static_cast<const Row*>(row), index, out);
  };
  spec.equal = [](const void* a, const void* b) { return *static_cast<const Row*>(a) == *static_cast<const Row*>(b); };
  return spec;
}

class ObserveTask : public ::testing::Test {
 protected:
  ObserveTask() : database_({memory_table<TaskRow>(), memory_table<TargetRow>(), memory_table<NodeRow>(),
                            memory_table<ServiceRevisionRow>()}) {
    TaskRow task{.task_arn = "arn:t", .task_id = "t"};
    task.node_id = "n1";
    task.containers = {{.name = "app", .image = "web:1"}, {.name = "db", .image = "db:1"}};
    put(task);
  }

  template <class Row>
  void put(Row row) {
    Work work = [&](Tx& tx) -> Status {
      tx.put(std::move(row));
      return Done{};
    };
    ASSERT_TRUE(database_.run(work, now_, ids_).status);
  }

  Status observe(TaskObservation report) {
    Work work = [&](Tx& tx) { return observe_task(tx, report); };
    return database_.run(work, now_, ids_).status;
  }

  TaskObservation report(std::int64_t sequence, TaskStatus status) {
    TaskObservation report{.task_arn = "arn:t", .node_id = "n1", .sequence = sequence, .last_status = status};
    report.containers = {{.name = "app"}, {.name = "db"}};
    return report;
  }

  TaskRow task() { return *database_.reader().find<TaskRow>("arn:t"); }

  Database database_;
  SeededIds ids_{1};
  Instant now_ = Instant::from_seconds(1000);
};

TEST_F(ObserveTask, WritesWhatTheNodeSaw) {
  TaskObservation running = report(5, TaskStatus::running);
  running.started_at = now_;
  running.pull_started_at = now_ - 2s;
  running.containers[0] = {
      .name = "app", .last_status = ContainerStatus::running, .image_digest = "sha256:a", .runtime_id = "t-1",
      .health_status = ecs::HealthStatus::healthy, .started_at = now_, .restart_count = 1,
  };
  running.health_status = ecs::HealthStatus::unknown;
  ASSERT_TRUE(observe(running));
  TaskRow seen = task();
  EXPECT_EQ(seen.last_status, TaskStatus::running);
  EXPECT_EQ(seen.started_at, now_);
  EXPECT_EQ(seen.pull_started_at, now_ - 2s);
  EXPECT_EQ(seen.containers[0].last_status, ContainerStatus::running);
  EXPECT_EQ(seen.containers[0].image_digest, "sha256:a");
  EXPECT_EQ(seen.containers[0].runtime_id, "t-1");
  EXPECT_EQ(seen.containers[0].health_status, ecs::HealthStatus::healthy);
  EXPECT_EQ(seen.containers[0].restart_count, 1);
  EXPECT_EQ(seen.health_status, ecs::HealthStatus::unknown);
  EXPECT_EQ(seen.version, 2);
  EXPECT_EQ(seen.observed_sequence, 5);
}

TEST_F(ObserveTask, FirstCompleteReportSaysWhichImagesTheRevisionRuns) {
  put(ServiceRevisionRow{.service_revision_arn = "arn:r"});
  TaskRow task_row = task();
  task_row.revision_arn = "arn:r";
  put(task_row);
  auto images = [&] { return database_.reader().find<ServiceRevisionRow>("arn:r")->container_images; };
  TaskObservation pulled = report(1, TaskStatus::pending);
  pulled.containers[0].image_digest = "sha256:a";
  ASSERT_TRUE(observe(pulled));
  EXPECT_TRUE(images().empty());
  pulled.sequence = 2;
  pulled.containers[1].image_digest = "sha256:b";
  ASSERT_TRUE(observe(pulled));
  ASSERT_EQ(images().size(), 2U);
  EXPECT_EQ(images()[0], (ecs::ContainerImage{.container_name = "app", .image_digest = "sha256:a", .image = "web:1"}));
  EXPECT_EQ(images()[1].image_digest, "sha256:b");
  pulled.sequence = 3;
  pulled.containers[1].image_digest = "sha256:c";
  ASSERT_TRUE(observe(pulled));
  EXPECT_EQ(images()[1].image_digest, "sha256:b");
}

TEST_F(ObserveTask, RepeatedAndLateReportsChangeNothing) {
  ASSERT_TRUE(observe(report(5, TaskStatus::running)));
  TaskRow before = task();
  ASSERT_TRUE(observe(report(5, TaskStatus::running)));
  ASSERT_TRUE(observe(report(4, TaskStatus::stopped)));
  EXPECT_EQ(task(), before);
}

TEST_F(ObserveTask, ANewerReportWithoutNewsDoesNotCountAsAChange) {
  ASSERT_TRUE(observe(report(5, TaskStatus::running)));
  auto version = task().version;
  ASSERT_TRUE(observe(report(6, TaskStatus::running)));
  EXPECT_EQ(task().version, version);
  EXPECT_EQ(task().observed_sequence, 6);
}

TEST_F(ObserveTask, NeverBackwards) {
  ASSERT_TRUE(observe(report(1, TaskStatus::stopping)));
  ASSERT_TRUE(observe(report(2, TaskStatus::running)));
  EXPECT_EQ(task().last_status, TaskStatus::stopping);
  TaskObservation stopped = report(3, TaskStatus::stopped);
  stopped.containers[0].last_status = ContainerStatus::stopped;
  stopped.containers[0].exit_code = 3;
  stopped.stopped_at = now_;
  ASSERT_TRUE(observe(stopped));
  ASSERT_TRUE(observe(report(4, TaskStatus::running)));
  EXPECT_EQ(task().last_status, TaskStatus::stopped);
  EXPECT_EQ(task().containers[0].exit_code, 3);
}

TEST_F(ObserveTask, AContainerNeverGoesBackwards) {
  TaskObservation ended = report(1, TaskStatus::running);
  ended.containers[1].last_status = ContainerStatus::stopped;
  ended.containers[1].exit_code = 7;
  ASSERT_TRUE(observe(ended));
  TaskObservation confused = report(2, TaskStatus::running);
  confused.containers[1].last_status = ContainerStatus::running;
  ASSERT_TRUE(observe(confused));
  EXPECT_EQ(task().containers[1].last_status, ContainerStatus::stopped);
  EXPECT_EQ(task().containers[1].exit_code, 7);
}

TEST_F(ObserveTask, ATaskThatEndedItselfIsToBeStopped) {
  TaskObservation ended = report(1, TaskStatus::stopping);
  ended.stop_code = ecs::TaskStopCode::essential_container_exited;
  ended.stopped_reason = "Essential container in task exited";
  ASSERT_TRUE(observe(ended));
  EXPECT_EQ(task().desired_status, DesiredStatus::stopped);
  EXPECT_EQ(task().stop_code, ecs::TaskStopCode::essential_container_exited);
  EXPECT_EQ(task().stopped_reason, "Essential container in task exited");
}

TEST_F(ObserveTask, WhoStoppedItFirstIsRemembered) {
  TaskRow stopped = task();
  stopped.desired_status = DesiredStatus::stopped;
  stopped.stop_code = ecs::TaskStopCode::user_initiated;
  stopped.stopped_reason = "Task stopped by user";
  put(stopped);
  TaskObservation ended = report(1, TaskStatus::stopping);
  ended.stop_code = ecs::TaskStopCode::essential_container_exited;
  ended.stopped_reason = "Essential container in task exited";
  ASSERT_TRUE(observe(ended));
  EXPECT_EQ(task().stop_code, ecs::TaskStopCode::user_initiated);
  EXPECT_EQ(task().stopped_reason, "Task stopped by user");
}

TEST_F(ObserveTask, WithTargetsToRegisterItIsActivating) {
  TargetRow target{.target_group_arn = "arn:tg", .target_id = "10.0.0.5", .port = 80};
  target.task_arn = "arn:t";
  target.state = TargetState::initial;
  put(target);
  ASSERT_TRUE(observe(report(1, TaskStatus::running)));
  EXPECT_EQ(task().last_status, TaskStatus::activating);
  target.state = TargetState::healthy;
  put(target);
  ASSERT_TRUE(observe(report(2, TaskStatus::running)));
  EXPECT_EQ(task().last_status, TaskStatus::activating) << "only the control plane moves it on";
  ASSERT_TRUE(observe(report(3, TaskStatus::stopping)));
  EXPECT_EQ(task().last_status, TaskStatus::stopping);
}

TEST_F(ObserveTask, DeactivatingIsNotUndone) {
  TaskRow deactivating = task();
  deactivating.last_status = TaskStatus::deactivating;
  put(deactivating);
  ASSERT_TRUE(observe(report(1, TaskStatus::running)));
  EXPECT_EQ(task().last_status, TaskStatus::deactivating);
}

TEST_F(ObserveTask, UnknownTasksAndThoseOfOtherNodesAreRefused) {
  TaskObservation unknown = report(1, TaskStatus::running);
  unknown.task_arn = "arn:other";
  Status refused = observe(unknown);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "UnknownTask");
  TaskObservation elsewhere = report(1, TaskStatus::running);
  elsewhere.node_id = "n2";
  EXPECT_FALSE(observe(elsewhere));
}

// Any delivery of the reports of one life, with losses, repetitions and any order, ends as the newest report says.
TEST_F(ObserveTask, AnyDeliveryEndsTheSame) {
  std::vector<TaskObservation> life;
  for (auto status : {TaskStatus::pending, TaskStatus::running, TaskStatus::stopping, TaskStatus::stopped}) {
    TaskObservation one = report(static_cast<std::int64_t>(life.size()) + 1, status);
    one.containers[0].last_status = status == TaskStatus::pending   ? ContainerStatus::pending
                                    : status == TaskStatus::running ? ContainerStatus::running
                                                                    : ContainerStatus::stopped;
    if (one.containers[0].last_status == ContainerStatus::stopped) one.containers[0].exit_code = 9;
    life.push_back(one);
  }
  const TaskRow begin = task();
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeededIds chance(seed);
    put(begin);
    std::vector<TaskObservation> sent;
    for (int copy = 0; copy < 12; ++copy) sent.push_back(life[chance.bits() % life.size()]);
    sent.push_back(life.back());
    TaskStatus last = TaskStatus::provisioning;
    for (const auto& one : sent) {
      ASSERT_TRUE(observe(one));
      EXPECT_GE(task().last_status, last);
      last = task().last_status;
    }
    EXPECT_EQ(task().last_status, TaskStatus::stopped);
    EXPECT_EQ(task().containers[0].exit_code, 9);
  }
}

TEST_F(ObserveTask, NodesAreHeardOf) {
  put(NodeRow{.node_id = "n1", .host_name = "h"});
  Work heard = [](Tx& tx) { return observe_node(tx, "n1"); };
  ASSERT_TRUE(database_.run(heard, now_, ids_).status);
  EXPECT_EQ(database_.reader().find<NodeRow>("n1")->last_seen_at, now_);
  Work unknown = [](Tx& tx) { return observe_node(tx, "n2"); };
  EXPECT_EQ(database_.run(unknown, now_, ids_).status.error().code, "UnknownNode");
}

}  // namespace
}  // namespace roadstead
