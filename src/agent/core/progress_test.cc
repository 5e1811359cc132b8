#include "agent/core/progress.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

using namespace std::chrono_literals;

TaskProgress full() {
  Instant at = Instant::from_seconds(1000);
  TaskProgress progress{.task_arn = "arn:1", .task_id = "1"};
  progress.containers.push_back({
      .name = "app",
      .state =
          {.phase = ContainerPhase::running,
           .started_at = at,
           .restarted_at = at + 1s,
           .finished_at = at + 2s,
           .exit_code = 0,
           .reason = "why",
           .restart_count = 2,
           .health =
               {.status = ContainerHealth::unhealthy,
                .failures = 3,
                .grace_ended = true,
                .checked_at = at + 3s,
                .status_since = at + 4s}},
      .image_digest = "sha256:abc",
      .runtime_id = "1-0000000001",
      .stop_signal = 3,
      .restart_due = true,
      .signalled_at = at + 5s,
      .killed_at = at + 6s,
  });
  progress.removal = Step::failed;
  progress.pull_started_at = at;
  progress.pull_stopped_at = at;
  progress.started_at = at;
  progress.stopping_at = at;
  progress.execution_stopped_at = at;
  progress.stopped_at = at;
  progress.stop_code = "TaskFailedToStart";
  progress.stopped_reason = "because";
  progress.bindings = {{80, 49153, "tcp"}};
  progress.sequence = 77;
  return progress;
}

TEST(Progress, ComesBackAsItWas) {
  auto back = parse_progress(encode_progress(full()));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, full());
}

TEST(Progress, ForgetsWhatWasUnderWay) {
  TaskProgress progress = full();
  progress.network = Step::done;
  progress.removal = Step::doing;
  progress.containers[0].image = Step::done;
  progress.containers[0].root = Step::doing;
  progress.containers[0].starting = true;
  progress.containers[0].state.phase = ContainerPhase::starting;
  auto back = parse_progress(encode_progress(progress));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->network, Step::none);
  EXPECT_EQ(back->removal, Step::none);
  EXPECT_EQ(back->containers[0].image, Step::none);
  EXPECT_EQ(back->containers[0].root, Step::none);
  EXPECT_FALSE(back->containers[0].starting);
  EXPECT_EQ(back->containers[0].state.phase, ContainerPhase::pending);
}

TEST(Progress, RefusesWhatIsNoProgress) {
  EXPECT_FALSE(parse_progress("{"));
  EXPECT_FALSE(parse_progress("[]"));
  EXPECT_FALSE(parse_progress("{\"taskArn\":\"\"}"));
  auto odd = parse_progress(R"({"taskArn":"a","taskId":"b","containers":[1,{"name":"x","phase":99}],"bindings":[2]})");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->containers.size(), 1U);
}

}  // namespace
}  // namespace roadstead
