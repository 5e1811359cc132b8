#include "agent/node/fake_node.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "services/ecs/observe/observe_task.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

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

// A control plane of a few tables, one node, and reports that may be lost, doubled and late.
class World {
 public:
  explicit World(std::uint64_t seed = 1)
      : ids_(seed),
        database_(
            {memory_table<TaskRow>(), memory_table<TaskDefinitionRow>(), memory_table<SecurityGroupRow>(),
             memory_table<NetworkInterfaceRow>(), memory_table<TargetRow>(), memory_table<ConnectEndpointRow>(),
             memory_table<ServiceRevisionRow>()}
        ),
        node_({.node_id = "n1", .region = "eu-west-1", .account_id = "1", .directory = "/agent"}, clock_,
              [this](const ContainerSpec& spec) { return behave(spec); }) {
    node_.images().publish("web:1", {.pull_takes = 200ms});
    TaskDefinitionRow definition{.task_definition_arn = "arn:td", .family = "web", .revision = 1};
    ecs::ContainerDefinition app;
    app.name = "app";
    app.image = "web:1";
    app.command = {{"serve"}};
    app.stop_timeout = 5;
    app.depends_on = {{{"db", ecs::ContainerCondition::healthy}}};
    ecs::ContainerDefinition db;
    db.name = "db";
    db.image = "web:1";
    db.command = {{"serve"}};
    db.health_check = ecs::HealthCheck{.command = {"CMD", "true"}, .interval = 5};
    definition.definition.container_definitions = {{app, db}};
    definition.definition.network_mode = ecs::NetworkMode::awsvpc;
    change([&](Tx& tx) { tx.put(definition); });
    resync();
  }

  FakeBehaviour behave(const ContainerSpec& spec) {
    auto found = behaviours.find(spec.name);
    return found == behaviours.end() ? FakeBehaviour{} : found->second;
  }

  template <class F>
  void change(F&& f) {
    Work work = [&](Tx& tx) -> Status {
      f(tx);
      return Done{};
    };
    auto outcome = database_.run(work, clock_.now(), ids_);
    if (outcome.batch != nullptr && linked) node_.on_rows(*outcome.batch);
  }

  void run_task(const std::string& id) {
    TaskRow row{.task_arn = "arn:" + id, .task_id = id, .cluster_arn = "arn:c", .task_definition_arn = "arn:td"};
    row.node_id = "n1";
    row.launch_type = "FARGATE";
    row.containers = {{.name = "app", .image = "web:1"}, {.name = "db", .image = "web:1"}};
    row.network = TaskNetwork{.private_ip = cat("10.0.0.", 10 + tasks_++), .security_group_ids = {"sg-1"}};
    change([&](Tx& tx) { tx.put(row); });
  }

  void stop_task(const std::string& id) {
    change([&](Tx& tx) {
      tx.update<TaskRow>("arn:" + id, [](TaskRow& row) {
        row.desired_status = DesiredStatus::stopped;
        row.released_to_stop = true;
      });
    });
  }

  TaskRow task(const std::string& id) { return *database_.reader().find<TaskRow>("arn:" + id); }

  void resync() {
    linked = true;
    node_.on_snapshot(read_node_rows(database_.reader(), "n1"));
  }

  void step() {
    node_.step();
    for (auto& report : node_.take_observations()) reports.push_back(std::move(report));
    while (!reports.empty()) deliver(0);
  }

  void deliver(std::size_t at) {
    TaskObservation report = reports[at];
    reports.erase(reports.begin() + static_cast<std::ptrdiff_t>(at));
    Status observed = Done{};
    change([&](Tx& tx) { observed = observe_task(tx, report); });
    if (!observed) node_.on_unknown_task(report.task_arn);
  }

  // Steps through everything that is due in the next `span`.
  void pass(Duration span) {
    Instant end = clock_.now() + span;
    step();
    while (true) {
      auto next = node_.next_wake();
      if (!next || *next > end) break;
      if (*next > clock_.now()) clock_.set(*next);
      step();
    }
    clock_.set(end);
  }

  FakeNode& node() { return node_; }
  FakeClock& clock() { return clock_; }

  std::map<std::string, FakeBehaviour> behaviours;
  std::vector<TaskObservation> reports;
  bool linked = true;

 private:
  FakeClock clock_;
  SeededIds ids_;
  Database database_;
  FakeNode node_;
  int tasks_ = 0;
};

TEST(FakeNode, RunsATaskWithAHealthyDependency) {
  World world;
  world.run_task("t1");
  world.pass(1s);
  EXPECT_EQ(world.task("t1").last_status, TaskStatus::pending) << world.task("t1").stopped_reason.value_or("");
  EXPECT_EQ(world.task("t1").containers[1].last_status, ContainerStatus::running);
  world.pass(6s);
  TaskRow task = world.task("t1");
  EXPECT_EQ(task.last_status, TaskStatus::running);
  EXPECT_EQ(task.containers[1].health_status, ecs::HealthStatus::healthy);
  EXPECT_TRUE(task.pull_started_at && task.pull_stopped_at && task.started_at);
  EXPECT_EQ(*task.pull_stopped_at - *task.pull_started_at, 200ms);
  world.stop_task("t1");
  world.pass(1s);
  EXPECT_EQ(world.task("t1").last_status, TaskStatus::stopped);
  EXPECT_EQ(world.task("t1").containers[0].exit_code, 143);
  EXPECT_TRUE(world.node().network().present().empty());
  EXPECT_TRUE(world.node().images().roots().empty());
}

TEST(FakeNode, AContainerThatIgnoresSigtermIsKilled) {
  World world;
  world.behaviours["app"].ignores_sigterm = true;
  world.run_task("t1");
  world.pass(10s);
  world.stop_task("t1");
  world.pass(4s);
  EXPECT_EQ(world.task("t1").last_status, TaskStatus::stopping);
  world.pass(2s);
  EXPECT_EQ(world.task("t1").last_status, TaskStatus::stopped);
  EXPECT_EQ(world.task("t1").containers[0].exit_code, 137);
}

TEST(FakeNode, AnEndWhileTheAgentIsDownIsReported) {
  World world;
  world.behaviours["app"].run_for = 30s;
  world.behaviours["app"].exit_code = 4;
  world.run_task("t1");
  world.pass(10s);
  world.node().crash();
  world.pass(60s);
  EXPECT_EQ(world.task("t1").last_status, TaskStatus::running);
  world.node().restart();
  world.resync();
  world.pass(1s);
  EXPECT_EQ(world.task("t1").last_status, TaskStatus::stopped);
  EXPECT_EQ(world.task("t1").containers[0].exit_code, 4);
  EXPECT_EQ(world.task("t1").stopped_reason, "Essential container in task exited");
  EXPECT_EQ((world.node().starts().at({"t1", "app"})), 1);
}

TEST(FakeNode, AnUnreadablePullEndsTheTask) {
  World world;
  world.node().images().publish("web:1", {.pull_takes = 10ms, .failures = -1});
  world.run_task("t1");
  world.pass(1s);
  TaskRow task = world.task("t1");
  EXPECT_EQ(task.last_status, TaskStatus::stopped);
  EXPECT_EQ(task.stop_code, ecs::TaskStopCode::task_failed_to_start);
  ASSERT_TRUE(task.stopped_reason);
  EXPECT_TRUE(task.stopped_reason->starts_with("CannotPullContainerError: "));
  EXPECT_FALSE(task.containers[0].exit_code);
}

TEST(FakeNode, AControlPlaneOutageChangesNothing) {
  World world;
  world.run_task("t1");
  world.pass(10s);
  world.linked = false;
  world.node().crash();
  world.node().restart();
  world.pass(1h);
  EXPECT_EQ((world.node().starts().at({"t1", "app"})), 1);
  world.resync();
  world.pass(1s);
  EXPECT_EQ(world.task("t1").last_status, TaskStatus::running);
}

// Crashes, power cuts, lost, doubled and reordered reports, stops, ends and failures: no container is started twice
// without a power cut, what is stopped stays stopped, nothing is left behind, and everything ends as it should.
TEST(FakeNode, KeepsItsPromisesWhateverHappens) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    SeededIds chance(seed);
    auto pick = [&](std::uint64_t below) { return chance.bits() % below; };
    World world(seed);
    if (pick(3) == 0) world.behaviours["app"].run_for = std::chrono::seconds(pick(40));
    if (pick(3) == 0) world.behaviours["db"].start_takes = std::chrono::milliseconds(pick(3000));
    if (pick(4) == 0) world.behaviours["app"].ignores_sigterm = true;
    if (pick(5) == 0) world.behaviours["db"].start_error = "no such file";
    std::uint64_t tasks = 1 + pick(4);
    for (std::uint64_t at = 0; at < tasks; ++at) world.run_task(cat("t", at));
    std::map<std::string, TaskStatus> furthest;
    for (int event = 0; event < 120; ++event) {
      world.node().step();
      for (auto& report : world.node().take_observations()) {
        if (pick(4) != 0) world.reports.push_back(report);
        if (pick(4) == 0) world.reports.push_back(report);
      }
      switch (pick(8)) {
        case 0:
          world.node().crash();
          break;
        case 1:
          if (pick(6) == 0) world.stop_task(cat("t", pick(tasks)));
          break;
        case 2:
        case 3:
          if (!world.reports.empty()) world.deliver(pick(world.reports.size()));
          break;
        default:
          world.clock().advance(std::chrono::milliseconds(pick(3000)));
      }
      if (!world.node().up() && pick(3) == 0) {
        world.node().restart();
        world.resync();
      }
      for (std::uint64_t at = 0; at < tasks; ++at) {
        std::string id = cat("t", at);
        ASSERT_GE(world.task(id).last_status, furthest[id]) << "a task went backwards";
        furthest[id] = world.task(id).last_status;
      }
      for (const auto& [container, starts] : world.node().starts()) {
        ASSERT_EQ(starts, 1) << container.task_id << "/" << container.name << " was started twice";
      }
    }
    world.node().restart();
    world.resync();
    for (std::uint64_t at = 0; at < tasks; ++at) world.stop_task(cat("t", at));
    world.pass(2min);
    for (std::uint64_t at = 0; at < tasks; ++at) {
      ASSERT_EQ(world.task(cat("t", at)).last_status, TaskStatus::stopped) << at;
    }
    EXPECT_TRUE(world.node().network().present().empty());
    EXPECT_TRUE(world.node().images().roots().empty());
    EXPECT_EQ(world.node().core().size(), 0U);
  }
}

TEST(FakeNode, APowerCutEndsItsTasks) {
  World world;
  world.run_task("t1");
  world.pass(10s);
  world.node().lose_power();
  world.node().restart();
  world.resync();
  world.pass(5s);
  TaskRow task = world.task("t1");
  EXPECT_EQ(task.last_status, TaskStatus::stopped);
  ASSERT_TRUE(task.containers[0].reason);
  EXPECT_TRUE(task.containers[0].reason->starts_with("ContainerVanishedError: "));
}

}  // namespace
}  // namespace roadstead
