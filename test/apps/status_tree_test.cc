#include "status_tree.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "rows/rows.gen.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

namespace json = boost::json;

class StatusTree : public ::testing::Test {
 protected:
  StatusTree() {
    group_.target_group_name = "web";
    group_.health_check_path = "/nothere";
    group_.health_check_port = "traffic-port";
    target_.task_arn = task_.task_arn;
    target_.port = 80;
    task_.last_status = TaskStatus::running;
    task_.service_arn = service_.service_arn;
    deployment_.status = ecs::ServiceDeploymentStatus::in_progress;
  }

  /// The one service there is.
  json::object service() {
    Database database{stored_schema()};
    SeededIds ids{1};
    Work work = [&](Tx& tx) -> Status {
      tx.put(VpcRow{.vpc_id = "vpc", .cidr_block = "10.0.0.0/16", .is_default = true});
      tx.put(ClusterRow{.cluster_arn = "c", .cluster_name = "default", .status = "ACTIVE"});
      tx.put(service_);
      tx.put(task_);
      tx.put(group_);
      tx.put(target_);
      tx.put(deployment_);
      return Done{};
    };
    EXPECT_TRUE(database.run(work, Instant::from_seconds(1000), ids).status.has_value());
    auto tree = status_tree(database.reader());
    return tree.at("clusters").at(0).at("services").at(0).as_object();
  }

  ServiceRow service_{.service_arn = "svc", .service_name = "web", .cluster_arn = "c", .status = "ACTIVE"};
  TaskRow task_{.task_arn = "task", .task_id = "task", .cluster_arn = "c"};
  TargetGroupRow group_{.target_group_arn = "tg"};
  TargetRow target_{.target_group_arn = "tg", .target_id = "10.0.0.1"};
  ServiceDeploymentRow deployment_{.service_deployment_arn = "d", .service_arn = "svc"};
};

TEST_F(StatusTree, ATaskThatGetsNoTrafficHasTheReasonBesideIt) {
  target_.state = TargetState::unhealthy;
  target_.description = "Health checks failed with these codes: [404]";
  EXPECT_EQ(service().at("tasks").at(0).at("waiting_for"),
            "target unhealthy: Health checks failed with these codes: [404] on port 80, /nothere");
  target_.state = TargetState::initial;
  target_.description = "Health checks failed: nobody listens";
  group_.health_check_port = "9000";
  EXPECT_EQ(service().at("tasks").at(0).at("waiting_for"), "target initial: Health checks failed: nobody listens on port 9000, /nothere");
  target_.state = TargetState::healthy;
  EXPECT_FALSE(service().at("tasks").at(0).as_object().contains("waiting_for"));
  target_.state = TargetState::draining;
  EXPECT_FALSE(service().at("tasks").at(0).as_object().contains("waiting_for")) << "it is going, not waiting";
}

TEST_F(StatusTree, ADeploymentThatGoesOnTryingTellsItsLastFailure) {
  deployment_.last_failure = "(task 1) it broke";
  EXPECT_EQ(service().at("deployment").at("last_failure"), "(task 1) it broke");
  deployment_.status = ecs::ServiceDeploymentStatus::successful;
  EXPECT_FALSE(service().at("deployment").as_object().contains("last_failure")) << "it went well in the end";
}

}  // namespace
}  // namespace roadstead
