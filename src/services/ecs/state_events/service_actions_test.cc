#include "services/ecs/state_events/service_actions.h"

#include <gtest/gtest.h>

#include "store/tx/database.h"

namespace roadstead::ecs {
namespace {

class ServiceActionsTest : public testing::Test {
 protected:
  ServiceActionsTest() {
    Work work = [](Tx& tx) -> Status {
      tx.put(ServiceRevisionRow{.service_revision_arn = "old", .service_arn = "s", .deployment_id = "ecs-svc/1"});
      tx.put(ServiceRevisionRow{.service_revision_arn = "new", .service_arn = "s", .deployment_id = "ecs-svc/2"});
      return Done{};
    };
    EXPECT_TRUE(database_.run(work, {}, ids_).status);
  }

  ServiceDeploymentRow deployment(ServiceDeploymentStatus status, bool breaker = false) const {
    ServiceDeploymentRow row{.service_deployment_arn = "d", .service_arn = "s", .cluster_arn = "c", .target_revision_arn = "new", .status = status};
    row.source_revision_arns = {"old"};
    row.breaker_triggered = breaker;
    return row;
  }

  std::vector<ServiceHappening> changes(ServiceDeploymentStatus from, ServiceDeploymentStatus to, bool breaker = false) const {
    auto before = deployment(from);
    return deployment_changes(database_.reader(), &before, deployment(to, breaker));
  }

  Database database_{stored_schema()};
  SeededIds ids_{1};
};

using enum ServiceDeploymentStatus;

TEST_F(ServiceActionsTest, ADeploymentBeginsAndCompletes) {
  auto begun = deployment_changes(database_.reader(), nullptr, deployment(pending));
  ASSERT_EQ(begun.size(), 1U);
  EXPECT_EQ(begun[0], (ServiceHappening{"INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS", "ECS deployment ecs-svc/2 in progress.", "ecs-svc/2"}));
  EXPECT_TRUE(changes(pending, in_progress).empty());
  EXPECT_TRUE(changes(in_progress, in_progress, true).empty());
  auto done = changes(in_progress, successful);
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0], (ServiceHappening{"INFO", "SERVICE_DEPLOYMENT_COMPLETED", "ECS deployment ecs-svc/2 completed.", "ecs-svc/2"}));
}

TEST_F(ServiceActionsTest, ACircuitBreakerFailsOneAndBeginsAnother) {
  auto back = changes(in_progress, rollback_in_progress, true);
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0], (ServiceHappening{"ERROR", "SERVICE_DEPLOYMENT_FAILED", "ECS deployment circuit breaker: tasks failed to start.", "ecs-svc/2"}));
  EXPECT_EQ(back[1], (ServiceHappening{"INFO", "SERVICE_DEPLOYMENT_IN_PROGRESS",
                                       "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.", "ecs-svc/1"}));
  auto done = changes(rollback_in_progress, rollback_successful);
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0], (ServiceHappening{"INFO", "SERVICE_DEPLOYMENT_COMPLETED", "ECS deployment ecs-svc/1 completed.", "ecs-svc/1"}));
  EXPECT_EQ(changes(in_progress, stopped).size(), 1U);
  auto failed = changes(rollback_in_progress, rollback_failed);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].event_name + failed[0].deployment_id, "SERVICE_DEPLOYMENT_FAILEDecs-svc/1");
}

TEST(ServiceActions, NamesOfServiceEvents) {
  auto name = [](std::string_view message) {
    auto what = service_action_of(message);
    return what ? what->event_type + ' ' + what->event_name + ' ' + what->reason : std::string("none");
  };
  EXPECT_EQ(name("(service s) has reached a steady state."), "INFO SERVICE_STEADY_STATE ");
  EXPECT_EQ(name("(service s) was unable to place a task because no container instance met all of its requirements. The closest matching "
                 "(container-instance i) has insufficient memory available."), "ERROR SERVICE_TASK_PLACEMENT_FAILURE RESOURCE:MEMORY");
  EXPECT_EQ(name("(service s) was unable to place a task. Reason: Capacity is unavailable at this time."), "ERROR SERVICE_TASK_PLACEMENT_FAILURE RESOURCE:FARGATE");
  EXPECT_EQ(name("(service s) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section."),
            "WARN SERVICE_TASK_START_IMPAIRED ");
  EXPECT_EQ(name("(service s) is not AZ balanced with 2 tasks in a and 0 tasks in b. AZ Rebalancing in progress."), "INFO SERVICE_REBALANCING_STARTED ");
  EXPECT_EQ(name("(service s) is AZ balanced with 1 tasks in a and 1 tasks in b."), "INFO SERVICE_REBALANCING_COMPLETED ");
  EXPECT_EQ(name("(service s) stopped AZ Rebalancing."), "INFO SERVICE_REBALANCING_STOPPED ");
  EXPECT_EQ(name("(service s) has started 1 tasks: (task t)."), "none");
}

}  // namespace
}  // namespace roadstead::ecs
