// Rows as text: what is written is read again, by ids, whatever the version.
#include <gtest/gtest.h>

#include <string>

#include "aws/wire/stored.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

TaskRow some_task() {
  TaskRow task{.task_arn = "arn:t", .task_id = "t", .cluster_arn = "arn:c", .task_definition_arn = "arn:d"};
  task.service_arn = "arn:s";
  task.desired_status = DesiredStatus::stopped;
  task.last_status = TaskStatus::running;
  task.containers.push_back({.name = "web", .container_arn = "arn:x", .image = "nginx", .exit_code = 137});
  task.containers[0].last_status = ContainerStatus::running;
  task.network = TaskNetwork{.attachment_id = "a", .private_ip = "10.0.0.7"};
  task.created_at = Instant{1'790'000'000'123'456};
  task.stop_code = ecs::TaskStopCode::user_initiated;
  task.overrides.emplace().container_overrides.emplace().push_back({.name = "web", .environment = {}});
  task.overrides->container_overrides->at(0).command.emplace();
  return task;
}

TEST(Stored, GoesByIds) {
  ClusterRow cluster{.cluster_arn = "arn:c", .cluster_name = "prod", .status = "ACTIVE"};
  cluster.settings.push_back({.name = ecs::ClusterSettingName::container_insights, .value = "disabled"});
  cluster.created_at = Instant{1'790'000'000'000'001};
  EXPECT_EQ(
      write_stored(cluster),
      R"({"1":"arn:c","2":"prod","3":"ACTIVE","4":[{"name":"containerInsights","value":"disabled"}],"9":1790000000000001})"
  );
}

TEST(Stored, ComesBackWhole) {
  TaskRow task = some_task();
  auto again = read_stored<TaskRow>(write_stored(task));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, task);
  EXPECT_EQ(again->created_at, task.created_at) << "to the microsecond";
  EXPECT_TRUE(again->overrides->container_overrides->at(0).command.has_value()) << "an empty list of AWS's stays";
}

TEST(Stored, EveryRowTypeComesBack) {
  for_each_row_type([]<class Row>() {
    Row row;
    auto again = read_stored<Row>(write_stored(row));
    ASSERT_TRUE(again) << RowTraits<Row>::name << ": " << again.error().message;
    EXPECT_EQ(*again, row) << RowTraits<Row>::name;
  });
}

TEST(Stored, ToleratesOtherVersions) {
  auto newer = read_stored<ClusterRow>(R"({"1":"a","999":{"x":[1]},"nonsense":2})");
  ASSERT_TRUE(newer);
  EXPECT_EQ(newer->cluster_arn, "a");
  auto older = read_stored<TaskRow>(R"({"1":"a"})");
  ASSERT_TRUE(older);
  EXPECT_EQ(older->version, 1) << "an absent member keeps its default";
  auto stranger = read_stored<TaskRow>(R"({"1":"a","27":"NotYetInvented"})");
  ASSERT_TRUE(stranger);
  EXPECT_EQ(stranger->stop_code, std::nullopt) << "an unknown enumerator is passed over";
}

TEST(Stored, RefusesDamage) {
  EXPECT_FALSE(read_stored<TaskRow>(R"({"1":)"));
  EXPECT_FALSE(read_stored<TaskRow>(R"({"1":7})"));
  EXPECT_FALSE(read_stored<TaskRow>(""));
}

}  // namespace

}  // namespace roadstead
