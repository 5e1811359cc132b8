// The whole agent on a real machine: store, feed, images, networks, crun. The program moves into network and mount
// namespaces of its own, so the machine it runs on notices nothing but a cgroup, which goes with the test. Needs root.
#include "agent/node/node_agent.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <future>

#include "agent/images/disk/overlay.h"
#include "agent/images/image_store.h"
#include "agent/runtime/crun_runtime.h"
#include "agent/runtime/spool_reader.h"
#include "agent/sandbox/kernel_network.h"
#include "agent/sandbox/link/links.h"
#include "agent/sandbox/link/netlink.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/system_clock.h"
#include "store/log/memory_log.h"
#include "store/log/sqlite_log.h"
#include "store/thread_transactor.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

class OwnMachine final : public ::testing::Environment {
 public:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    ASSERT_EQ(::unshare(CLONE_NEWNET | CLONE_NEWNS), 0);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    ASSERT_TRUE(socket);
    NetlinkBatch batch;
    raise_loopback(batch);
    ASSERT_TRUE(socket->run(batch));
  }
};

[[maybe_unused]] const auto* own_machine = ::testing::AddGlobalTestEnvironment(new OwnMachine);

// A control plane of rows only, with a way to wait for what the feed says.
class ControlPlane {
 public:
  ControlPlane() : database_(stored_schema()), transactor_({database_, log_, feed_, clock_, ids_, metrics_}) {
    std::promise<void> subscribed;
    transactor_.submit([](Tx&) -> Status { return Done{}; }, [&](Status) {
      subscription_ = feed_.subscribe(0, [this](const BatchPointer& batch) { note(*batch); }).value();
      subscribed.set_value();
    });
    subscribed.get_future().wait();
  }

  ~ControlPlane() { transactor_.stop(); }

  template <class F>
  void change(F f) {
    std::promise<void> done;
    transactor_.submit(
        [f](Tx& tx) -> Status {
          f(tx);
          return Done{};
        },
        [&](Status status) {
          EXPECT_TRUE(status);
          done.set_value();
        }
    );
    done.get_future().wait();
  }

  /// The task, as soon as it is as wanted, or after twenty seconds as it is then.
  template <class F>
  TaskRow wait(const std::string& arn, F wanted) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 20s, [&] { return tasks_.contains(arn) && wanted(tasks_[arn]); });
    return tasks_[arn];
  }

  TaskRow wait(const std::string& arn, TaskStatus status) {
    return wait(arn, [status](const TaskRow& row) { return row.last_status >= status; });
  }

  Transactor& transactor() { return transactor_; }

 private:
  void note(const Batch& batch) {
    std::lock_guard lock(mutex_);
    for (const auto& change : batch.changes) {
      if (auto task = change.after_as<TaskRow>()) tasks_[task->task_arn] = *task;
    }
    changed_.notify_all();
  }

  SystemClock clock_;
  SeededIds ids_{1};
  Metrics metrics_;
  MemoryLog log_;
  Feed feed_;
  Database database_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, TaskRow> tasks_;
  Subscription subscription_;
  ThreadTransactor transactor_;
};

// The agent's side: what a restart of the process makes anew, and what it finds again.
class Machine {
 public:
  explicit Machine(ControlPlane& control) : control_(control) {
    directory_ = make_temporary_directory("/tmp", "roadstead-node-").value();
    ::chmod(directory_.c_str(), 0755);
    build_image();
    network_config_.state_dir = directory_ + "/network";
    network_config_.task_ranges = {"10.81.0.0/16"};
    runtime_settings_.directory = directory_ + "/run";
    runtime_settings_.shim_program = ROADSTEAD_SHIM;
    runtime_settings_.cgroup_prefix = cat("roadstead-node-", ::getpid());
    start(true);
  }

  ~Machine() {
    stop();
    auto runtime = CrunRuntime::open(runtime_settings_);
    if (runtime) {
      (*runtime)->on_exit([](const ContainerExit&) {});
      EXPECT_TRUE((*runtime)->recover());
      auto tasks = list_directory(runtime_settings_.directory);
      for (const auto& task : tasks ? *tasks : std::vector<std::string>()) EXPECT_TRUE((*runtime)->remove_task(task));
      runtime->reset();
    }
    std::error_code ignored;
    for (const auto& hierarchy : std::filesystem::directory_iterator("/sys/fs/cgroup", ignored)) {
      for (const char* kind : {"", "-shims"}) {
        ::rmdir(cat(hierarchy.path().string(), '/', runtime_settings_.cgroup_prefix, kind).c_str());
      }
    }
    for (const char* kind : {"", "-shims"}) {
      ::rmdir(cat("/sys/fs/cgroup/", runtime_settings_.cgroup_prefix, kind).c_str());
    }
    auto mounts = mounts_below(directory_);
    for (const auto& mount : mounts ? *mounts : std::vector<std::string>()) EXPECT_TRUE(unmount_all(mount));
    auto removed = remove_tree(directory_);
    EXPECT_TRUE(removed) << removed.error().message;
  }

  void start(bool first = false) {
    metrics_ = std::make_unique<Metrics>();
    auto runtime = CrunRuntime::open(runtime_settings_);
    CHECK(runtime.has_value(), "this machine can run containers");
    runtime_ = std::move(runtime).value();
    images_ = std::make_unique<ImageStore>(ImageStoreSettings{.directory = directory_ + "/images"}, clock_);
    auto network = KernelNetwork::open(network_config_);
    CHECK(network.has_value(), "this machine can make networks");
    network_ = std::move(network).value();
    CHECK(make_directories(directory_ + "/state").has_value(), "the directory can be written");
    auto log = SqliteLog::open(directory_ + "/state");
    CHECK(log.has_value(), "the directory can be written");
    log_ = std::move(log).value();
    AgentSettings settings{.node_id = "n1", .region = "eu-west-1", .account_id = "1", .directory = directory_ + "/agent"};
    agent_ = std::make_unique<NodeAgent>(
        settings,
        NodeAgent::Deps{*runtime_, *images_, *network_, control_.transactor(), *log_, sink_, clock_, *metrics_}
    );
    Status started = agent_->start();
    CHECK(started.has_value(), "the agent starts");
    if (!first) return;
    auto image = images_->load(directory_ + "/image", "guest:1", host_platform());
    CHECK(image.has_value(), "the image can be loaded");
  }

  void stop() {
    agent_.reset();
    log_.reset();
    network_.reset();
    images_.reset();
    runtime_.reset();
  }

  /// Ends a container while there is no agent.
  void end_behind_its_back(const ContainerRef& container) {
    auto runtime = CrunRuntime::open(runtime_settings_);
    ASSERT_TRUE(runtime);
    std::promise<void> ended;
    (*runtime)->on_exit([&](const ContainerExit&) { ended.set_value(); });
    ASSERT_TRUE((*runtime)->recover());
    ASSERT_TRUE((*runtime)->signal(container, SIGTERM));
    ended.get_future().wait();
  }

  RecordingLogSink& sink() { return sink_; }
  const std::string& directory() const { return directory_; }
  NodeAgent& agent() { return *agent_; }
  std::string metrics() const { return metrics_->render(); }

 private:
  void build_image() {
    for (const char* path : {"/image/bin", "/image/etc", "/image/proc", "/image/sys", "/image/dev", "/image/tmp"}) {
      CHECK(make_directories(directory_ + path).has_value(), "the directory is new");
    }
    auto guest = read_file(ROADSTEAD_TEST_GUEST);
    CHECK(guest.has_value(), "the build makes the guest");
    CHECK(write_file_atomic(directory_ + "/image/bin/guest", *guest, 0755).has_value(), "the directory is new");
    CHECK(write_file_atomic(directory_ + "/image/etc/passwd", "root:x:0:0::/root:/bin/sh\n", 0644).has_value(), "new");
  }

  ControlPlane& control_;
  SystemClock clock_;
  std::string directory_;
  NetworkConfig network_config_;
  RuntimeSettings runtime_settings_;
  RecordingLogSink sink_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<CrunRuntime> runtime_;
  std::unique_ptr<ImageStore> images_;
  std::unique_ptr<KernelNetwork> network_;
  std::unique_ptr<SqliteLog> log_;
  std::unique_ptr<NodeAgent> agent_;
};

ecs::ContainerDefinition container(const std::string& name, std::vector<std::string> arguments) {
  ecs::ContainerDefinition definition;
  definition.name = name;
  definition.image = "guest:1";
  arguments.insert(arguments.begin(), "/bin/guest");
  definition.command = arguments;
  definition.log_configuration = ecs::LogConfiguration{
      .log_driver = ecs::LogDriver::awslogs,
      .options = {{{"awslogs-group", "/ecs/test"}, {"awslogs-stream-prefix", "p"}, {"awslogs-create-group", "true"}}},
  };
  return definition;
}

void register_definition(ControlPlane& control, const std::string& arn, std::vector<ecs::ContainerDefinition> containers) {
  TaskDefinitionRow row{.task_definition_arn = arn, .family = "test", .revision = 1, .status = "ACTIVE"};
  row.definition.family = "test";
  row.definition.revision = 1;
  row.definition.network_mode = ecs::NetworkMode::awsvpc;
  row.definition.container_definitions = std::move(containers);
  control.change([row](Tx& tx) { tx.put(row); });
}

TaskRow task_row(const std::string& definition, int number, const std::vector<std::string>& containers) {
  std::string id = cat("0123456789abcdef0123456789", 100000 + number);
  TaskRow row{.task_arn = "arn:task/" + id, .task_id = id, .cluster_arn = "arn:c", .task_definition_arn = definition};
  row.node_id = "n1";
  row.launch_type = "FARGATE";
  for (const auto& name : containers) row.containers.push_back({.name = name, .image = "guest:1"});
  row.network = TaskNetwork{.private_ip = cat("10.81.1.", 10 + number), .security_group_ids = {"sg-1"}};
  return row;
}

void stop_task(ControlPlane& control, const std::string& arn) {
  control.change([arn](Tx& tx) {
    tx.update<TaskRow>(arn, [](TaskRow& row) {
      row.desired_status = DesiredStatus::stopped;
      row.released_to_stop = true;
    });
  });
}

TEST(NodeAgentHost, TwoContainersARestartOfTheAgentAndTheEnd) {
  ControlPlane control;
  auto app = container("app", {"serve", "app ready", "7"});
  app.depends_on = {{{"db", ecs::ContainerCondition::healthy}}};
  auto db = container("db", {"serve", "db ready"});
  db.health_check = ecs::HealthCheck{.command = {"CMD", "/bin/guest", "exit", "0"}, .interval = 5};
  register_definition(control, "arn:td", {app, db});
  Machine machine(control);
  TaskRow row = task_row("arn:td", 1, {"app", "db"});
  control.change([row](Tx& tx) { tx.put(row); });
  TaskRow running = control.wait(row.task_arn, TaskStatus::running);
  ASSERT_EQ(running.last_status, TaskStatus::running) << running.stopped_reason.value_or("");
  EXPECT_EQ(running.containers[1].health_status, ecs::HealthStatus::healthy);
  EXPECT_GT(*running.containers[0].started_at, *running.containers[1].started_at);
  EXPECT_EQ(running.containers[0].runtime_id->substr(0, 33), row.task_id + "-");
  EXPECT_TRUE(running.containers[0].image_digest->starts_with("sha256:"));

  machine.stop();
  machine.start();
  auto sequence = running.observed_sequence;
  TaskRow adopted = control.wait(row.task_arn, [sequence](const TaskRow& task) { return task.observed_sequence > sequence; });
  EXPECT_EQ(adopted.last_status, TaskStatus::running);
  EXPECT_EQ(adopted.containers[0].started_at, running.containers[0].started_at);

  stop_task(control, row.task_arn);
  TaskRow stopped = control.wait(row.task_arn, TaskStatus::stopped);
  ASSERT_EQ(stopped.last_status, TaskStatus::stopped);
  EXPECT_EQ(stopped.containers[0].exit_code, 7);
  EXPECT_EQ(stopped.containers[1].exit_code, 0);
  EXPECT_TRUE(stopped.stopping_at && stopped.execution_stopped_at && stopped.stopped_at);
  EXPECT_EQ(
      machine.sink().messages("/ecs/test", "p/app/" + row.task_id), (std::vector<std::string>{"app ready", "bye"})
  );
}

TEST(NodeAgentHost, AnEndWhileTheAgentIsAwayIsReportedWithItsCode) {
  ControlPlane control;
  register_definition(control, "arn:td", {container("app", {"serve", "ready", "42"})});
  Machine machine(control);
  TaskRow row = task_row("arn:td", 2, {"app"});
  control.change([row](Tx& tx) { tx.put(row); });
  ASSERT_EQ(control.wait(row.task_arn, TaskStatus::running).last_status, TaskStatus::running);
  std::optional<std::string> id;
  machine.agent().inspect([&](const AgentCore& core) { id = core.find(row.task_arn)->progress->task_id; });
  EXPECT_EQ(id, row.task_id);
  machine.stop();
  machine.end_behind_its_back({row.task_id, "app"});
  machine.start();
  TaskRow stopped = control.wait(row.task_arn, TaskStatus::stopped);
  ASSERT_EQ(stopped.last_status, TaskStatus::stopped);
  EXPECT_EQ(stopped.containers[0].exit_code, 42);
  EXPECT_EQ(stopped.stop_code, ecs::TaskStopCode::essential_container_exited);
}

// What a log router does with its socket: it listens, and reads until the other side has no more to say.
class Receiver {
 public:
  explicit Receiver(const std::string& path) : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
    EXPECT_LT(path.size(), sizeof name.sun_path);
    std::memcpy(name.sun_path, path.c_str(), std::min(path.size() + 1, sizeof name.sun_path));
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
  }

  /// Everything that came, up to the end or what is `wanted`.
  std::string read_until(std::string_view wanted = {}) {
    if (!connection_) connection_ = Fd(::accept(listener_.get(), nullptr, nullptr));
    while (wanted.empty() || all_.find(wanted) == std::string::npos) {
      char bytes[65536];
      ssize_t got = ::recv(connection_.get(), bytes, sizeof bytes, 0);
      if (got <= 0) break;
      all_.append(bytes, static_cast<std::size_t>(got));
    }
    if (wanted.empty()) connection_.reset();
    return all_;
  }

 private:
  Fd listener_;
  Fd connection_;
  std::string all_;
};

TEST(NodeAgentHost, TheRouterOfFireLensIsThereFirstAndGoesLast) {
  ControlPlane control;
  auto app = container("app", {"serve", "app ready"});
  app.log_configuration = ecs::LogConfiguration{.log_driver = ecs::LogDriver::awsfirelens};
  app.log_configuration->options = std::map<std::string, std::string>{{"Name", "stdout"}};
  auto router = container("router", {"show", "/fluent-bit/etc/fluent-bit.conf"});
  router.firelens_configuration = ecs::FirelensConfiguration{.type = ecs::FirelensConfigurationType::fluentbit};
  router.user = "1234";
  register_definition(control, "arn:td", {app, router});
  Machine machine(control);
  TaskRow row = task_row("arn:td", 5, {"app", "router"});
  control.change([row](Tx& tx) { tx.put(row); });
  TaskRow running = control.wait(row.task_arn, TaskStatus::running);
  ASSERT_EQ(running.last_status, TaskStatus::running) << running.stopped_reason.value_or("");
  EXPECT_GT(*running.containers[0].started_at, *running.containers[1].started_at);
  std::string socket = cat(machine.directory(), "/agent/tasks/", row.task_id, "/firelens/socket");
  struct stat owner = {};
  ASSERT_EQ(::stat(socket.c_str(), &owner), 0);
  EXPECT_EQ(owner.st_uid, 1234U);

  Receiver receiver(cat(socket, "/fluent.sock"));
  EXPECT_NE(receiver.read_until("app ready").find(cat("app-firelens-", row.task_id)), std::string::npos);
  auto rest = std::async(std::launch::async, [&] { return receiver.read_until(); });
  stop_task(control, row.task_arn);
  TaskRow stopped = control.wait(row.task_arn, TaskStatus::stopped);
  ASSERT_EQ(stopped.last_status, TaskStatus::stopped);
  EXPECT_NE(rest.get().find("\xa3" "bye"), std::string::npos);
  auto lines = machine.sink().messages("/ecs/test", "p/router/" + row.task_id);
  for (const char* wanted : {"    unix_path /var/run/fluent.sock", "    Name stdout", "    Match app-firelens*", "shown"}) {
    EXPECT_NE(std::ranges::find(lines, wanted), lines.end()) << wanted;
  }
}

ecs::ContainerDefinition talker(const std::string& socket, const std::string& mode) {
  auto app = container("app", {"talk", "3000"});
  app.log_configuration = ecs::LogConfiguration{.log_driver = ecs::LogDriver::fluentd};
  app.log_configuration->options = std::map<std::string, std::string>{
      {"fluentd-address", "unix://" + socket}, {"fluentd-async", "true"}, {"mode", mode}, {"max-buffer-size", "256k"}};
  return app;
}

TEST(NodeAgentHost, ABlockingLogLosesNothing) {
  ControlPlane control;
  Machine machine(control);
  std::string socket = machine.directory() + "/patient.sock";
  register_definition(control, "arn:td", {talker(socket, "blocking")});
  TaskRow row = task_row("arn:td", 6, {"app"});
  control.change([row](Tx& tx) { tx.put(row); });
  ASSERT_EQ(control.wait(row.task_arn, TaskStatus::running).last_status, TaskStatus::running);
  // All four files are there: no more is written until somebody reads.
  std::string spool = cat(machine.directory(), "/run/", row.task_id, "/c/app/spool");
  auto files = [&] { return list_directory(spool).value_or(std::vector<std::string>()).size(); };
  SpoolReader watch(spool);
  for (int look = 0; look < 200 && files() < 4; ++look) watch.wait(100ms);
  ASSERT_EQ(files(), 4U);
  Receiver receiver(socket);
  std::string all = receiver.read_until("3000 xxx");
  auto rest = std::async(std::launch::async, [&] { return receiver.read_until(); });
  EXPECT_EQ(control.wait(row.task_arn, TaskStatus::stopped).last_status, TaskStatus::stopped);
  all = rest.get();
  std::size_t at = 0;
  for (int line = 1; line <= 3000 && at != std::string::npos; ++line) {
    at = all.find(cat(line, " xxx"), at);
    EXPECT_NE(at, std::string::npos) << "line " << line << " is missing";
  }
  EXPECT_NE(machine.metrics().find("roadstead_log_lines_lost_total 0"), std::string::npos);
}

TEST(NodeAgentHost, ANonBlockingLogHoldsNobodyUp) {
  ControlPlane control;
  Machine machine(control);
  register_definition(control, "arn:td", {talker(machine.directory() + "/nobody.sock", "non-blocking")});
  TaskRow row = task_row("arn:td", 7, {"app"});
  control.change([row](Tx& tx) { tx.put(row); });
  TaskRow stopped = control.wait(row.task_arn, TaskStatus::stopped);
  ASSERT_EQ(stopped.last_status, TaskStatus::stopped);
  EXPECT_EQ(stopped.containers[0].exit_code, 0);
  EXPECT_EQ(machine.metrics().find("roadstead_log_lines_lost_total 0"), std::string::npos) << machine.metrics();
}

TEST(NodeAgentHost, EssentialExitAndEnvironment) {
  ControlPlane control;
  register_definition(control, "arn:td", {container("app", {"env"})});
  Machine machine(control);
  TaskRow row = task_row("arn:td", 3, {"app"});
  control.change([row](Tx& tx) { tx.put(row); });
  TaskRow stopped = control.wait(row.task_arn, TaskStatus::stopped);
  ASSERT_EQ(stopped.last_status, TaskStatus::stopped);
  EXPECT_EQ(stopped.containers[0].exit_code, 0);
  EXPECT_EQ(stopped.stopped_reason, "Essential container in task exited");
  EXPECT_EQ(stopped.desired_status, DesiredStatus::stopped);
  auto lines = machine.sink().messages("/ecs/test", "p/app/" + row.task_id);
  auto has = [&](const std::string& line) { return std::ranges::find(lines, line) != lines.end(); };
  EXPECT_TRUE(has("AWS_EXECUTION_ENV=AWS_ECS_FARGATE"));
  EXPECT_TRUE(has("AWS_REGION=eu-west-1"));
  EXPECT_TRUE(has("HOSTNAME=ip-10-81-1-13.eu-west-1.compute.internal"));
}

TEST(NodeAgentHost, ACommandThatDoesNotExistFailsToStart) {
  ControlPlane control;
  auto app = container("app", {});
  app.command = {{"/bin/nothing"}};
  register_definition(control, "arn:td", {app});
  Machine machine(control);
  TaskRow row = task_row("arn:td", 4, {"app"});
  control.change([row](Tx& tx) { tx.put(row); });
  TaskRow stopped = control.wait(row.task_arn, TaskStatus::stopped);
  ASSERT_EQ(stopped.last_status, TaskStatus::stopped);
  EXPECT_EQ(stopped.stop_code, ecs::TaskStopCode::task_failed_to_start);
  EXPECT_TRUE(stopped.stopped_reason.value_or("").starts_with("CannotStartContainerError: "));
  EXPECT_FALSE(stopped.containers[0].exit_code);
}

TEST(NodeAgentHost, AMissingLogGroupFailsTheStart) {
  ControlPlane control;
  auto app = container("app", {"serve"});
  app.log_configuration->options->erase("awslogs-create-group");
  register_definition(control, "arn:td", {app});
  Machine machine(control);
  machine.sink().open_groups(false);
  TaskRow row = task_row("arn:td", 5, {"app"});
  control.change([row](Tx& tx) { tx.put(row); });
  TaskRow stopped = control.wait(row.task_arn, TaskStatus::stopped);
  EXPECT_EQ(
      stopped.stopped_reason,
      "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to "
      "create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."
  );
}

// Prints how long a start takes from the durable row to the running process; asserts only that all start.
TEST(NodeAgentHost, StartTimes) {
  ControlPlane control;
  auto app = container("app", {"serve", "ready"});
  app.stop_timeout = 1;  // the first process of a container does not hear SIGTERM before it has said that it wants to
  register_definition(control, "arn:td", {app});
  Machine machine(control);
  SystemClock clock;
  std::vector<std::int64_t> micros;
  for (int number = 10; number < 40; ++number) {
    TaskRow row = task_row("arn:td", number, {"app"});
    control.change([row](Tx& tx) { tx.put(row); });
    Instant durable = clock.now();
    TaskRow running = control.wait(row.task_arn, TaskStatus::running);
    ASSERT_EQ(running.last_status, TaskStatus::running) << running.stopped_reason.value_or("");
    micros.push_back((*running.containers[0].started_at - durable).count());
    stop_task(control, row.task_arn);
    ASSERT_EQ(control.wait(row.task_arn, TaskStatus::stopped).last_status, TaskStatus::stopped);
  }
  std::ranges::sort(micros);
  if (std::getenv("ROADSTEAD_SHOW_METRICS") != nullptr) std::puts(machine.metrics().c_str());
  std::printf("row durable to container running: median %ld us, worst %ld us\n", micros[micros.size() / 2], micros.back());
}

}  // namespace
}  // namespace roadstead
