// How many changes of tasks a second go through the whole control plane: services ask for tasks, planners place them, nodes
// report them RUNNING, services are scaled to nothing, nodes report them STOPPED. Handlers, planners, events of state changes,
// transactions and the log on the disk are real; the nodes here know the answer at once.
// Prints one JSON object. Usage: transition_bench DIRECTORY (on the disk to measure; emptied by the caller).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "control/controller_timer.h"
#include "control/controllers.h"
#include "control/ecs_controllers.h"
#include "decide/installation/first_start.h"
#include "decide/metrics/metric_store.h"
#include "io/system_clock.h"
#include "io/system_ids.h"
#include "rows/rows.gen.h"
#include "services/ecs/observe/observe_task.h"
#include "services/ecs/services/services.h"
#include "services/ecs/state_events/state_events.h"
#include "services/ecs/task_definitions/task_definitions.h"
#include "store/log/sqlite_log.h"
#include "store/logged.h"
#include "store/thread_transactor.h"
#include "transact.h"

namespace roadstead {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int node_count = 10;
constexpr int service_count = 40;
constexpr int tasks_of_each = 50;
constexpr int rounds = 3;

/// The control plane as `serve` puts it together, without gateway, proxy and sockets, and nodes without containers.
class Plane {
 public:
  explicit Plane(const std::string& directory)
      : log_(SqliteLog::open(directory).value()),
        transactor_({database_, *log_, feed_, clock_, ids_, metrics_}),
        controllers_(transactor_, ecs_controllers(measured_), metrics_),
        timer_(controllers_, transactor_, clock_) {
    caller_ = {.account_id = "123456789012", .region = "us-east-1", .principal_arn = "arn:aws:iam::123456789012:root"};
    transact(transactor_, [this](Tx& tx) -> Status {
      tx.put(InstallationRow{.name = "local", .account_id = caller_.account_id, .region = caller_.region, .domain = "localhost"});
      TRY(ensure_first_start(tx, {}));
      for (int i = 0; i < node_count; ++i) {
        tx.put(NodeRow{.node_id = cat("n", i), .host_name = cat("host", i), .cpu_architecture = "X86_64", .cpu_units = 1'000'000, .memory_mib = 1'000'000, .availability_zone = cat("zone", i % 3), .last_seen_at = tx.now()});
      }
      return Done{};
    });
    auto subscribed = feed_.subscribe(feed_.newest(), [this](const BatchPointer& batch) { answer(*batch); });
    CHECK(subscribed, "the newest batch is remembered");
    subscription_ = std::move(subscribed).value();
    controllers_.start();
    create_services();
  }

  ~Plane() {
    timer_.stop();
    transactor_.stop();
  }
  Plane(const Plane&) = delete;
  Plane& operator=(const Plane&) = delete;

  /// Scales every service to so many tasks and waits until that is so. Changes of the status of tasks per second.
  double scale_to(int count) {
    {
      std::lock_guard lock(mutex_);
      changes_ = 0;
      wanted_running_ = count * service_count;
      reached_ = std::make_shared<std::promise<void>>();
    }
    auto begun = Steady::now();
    auto reached = reached_->get_future();
    for (int i = 0; i < service_count; ++i) {
      transact(transactor_, [this, i, count](Tx& tx) -> Status {
        ecs::UpdateServiceRequest in;
        in.service = cat("web", i);
        in.desired_count = count;
        TRY(ecs::update_service(tx, caller_, in));
        return Done{};
      });
    }
    CHECK(reached.wait_for(std::chrono::minutes(2)) == std::future_status::ready, "services get what they ask for");
    double seconds = std::chrono::duration<double>(Steady::now() - begun).count();
    std::lock_guard lock(mutex_);
    return changes_ / seconds;
  }

 private:
  void create_services() {
    transact(transactor_, [this](Tx& tx) -> Status {
      ecs::ContainerDefinition container;
      container.name = "main";
      container.image = "app:1";
      container.memory = 64;
      ecs::RegisterTaskDefinitionRequest definition;
      definition.family = "app";
      definition.network_mode = ecs::NetworkMode::bridge;
      definition.container_definitions = {container};
      TRY(ecs::register_task_definition(tx, caller_, definition));
      for (int i = 0; i < service_count; ++i) {
        ecs::CreateServiceRequest in;
        in.service_name = cat("web", i);
        in.task_definition = "app";
        in.desired_count = 0;
        in.launch_type = ecs::LaunchType::ec2;
        TRY(ecs::create_service(tx, caller_, in));
      }
      return Done{};
    });
  }

  /// What the nodes say to a batch; and the count.
  void answer(const Batch& batch) {
    for (const auto& change : batch.changes) {
      auto after = change.after_as<TaskRow>();
      if (!after) continue;
      auto before = change.before_as<TaskRow>();
      if (!before || before->last_status != after->last_status) count(*after);
      bool stops = after->desired_status == DesiredStatus::stopped && after->released_to_stop;
      if (stops && after->last_status < TaskStatus::stopped) report(*after, TaskStatus::stopped);
      if (!stops && after->node_id && after->last_status == TaskStatus::pending) report(*after, TaskStatus::running);
    }
  }

  void report(const TaskRow& task, TaskStatus status) {
    if (task.observed_sequence >= sequence_of(status)) return;
    TaskObservation report{.task_arn = task.task_arn, .node_id = *task.node_id, .sequence = sequence_of(status), .last_status = status};
    bool runs = status == TaskStatus::running;
    for (const auto& container : task.containers) {
      report.containers.push_back({.name = container.name, .last_status = runs ? ContainerStatus::running : ContainerStatus::stopped});
      if (!runs) report.containers.back().exit_code = 0;
    }
    (runs ? report.started_at : report.stopped_at) = clock_.now();
    transactor_.submit([report = std::move(report)](Tx& tx) { return observe_task(tx, report); }, [](Status status) { CHECK(status, "a report is taken"); });
  }

  static std::int64_t sequence_of(TaskStatus status) { return status == TaskStatus::running ? 1 : 2; }

  void count(const TaskRow& task) {
    std::lock_guard lock(mutex_);
    ++changes_;
    if (task.last_status == TaskStatus::running) ++running_;
    if (task.last_status == TaskStatus::stopped) --running_;
    if (running_ != wanted_running_ || !reached_) return;
    reached_->set_value();
    reached_.reset();
  }

  SystemClock clock_;
  SystemIds ids_;
  Metrics metrics_;
  MetricStore measured_{{}};
  Caller caller_;
  std::unique_ptr<SqliteLog> log_;
  Database database_ = [] {
    Database database(stored_schema());
    database.set_consequence(ecs::tell_state_changes);
    return database;
  }();
  Feed feed_;
  ThreadTransactor transactor_;
  Controllers controllers_;
  ControllerTimer timer_;
  Subscription subscription_;
  std::mutex mutex_;  // guards what follows
  double changes_ = 0;
  int running_ = 0;
  int wanted_running_ = -1;
  std::shared_ptr<std::promise<void>> reached_;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace
}  // namespace roadstead

int main(int count, char** words) {
  if (count != 2) return std::fprintf(stderr, "usage: transition_bench DIRECTORY\n"), 2;
  // What planners still want when the last round is over is refused, and they would say so.
  roadstead::set_log_level(roadstead::LogLevel::error);
  roadstead::Plane plane(words[1]);
  std::vector<double> starts;
  std::vector<double> stops;
  for (int round = 0; round < roadstead::rounds; ++round) {
    starts.push_back(plane.scale_to(roadstead::tasks_of_each));
    stops.push_back(plane.scale_to(0));
  }
  std::printf("{\"tasks\": %d, \"starting\": %.0f, \"stopping\": %.0f}\n", roadstead::service_count * roadstead::tasks_of_each,
              roadstead::median(starts), roadstead::median(stops));
  return 0;
}
