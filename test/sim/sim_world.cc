#include "sim/sim_world.h"

#include <algorithm>

#include "base/text/text.h"
#include "control/ecs_controllers.h"
#include "decide/metrics/measure.h"
#include "decide/installation/first_start.h"
#include "proxy/observe.h"
#include "services/ecs/observe/observe_task.h"
#include "store/logged.h"

namespace roadstead {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t story_length = 60;

/// The command of a container is the kind of its program.
std::string kind_of(const Reader& rows, const TaskRow& task) {
  auto definition = rows.find<TaskDefinitionRow>(task.task_definition_arn);
  if (!definition) return "serve";
  const auto& containers = *definition->definition.container_definitions;
  const auto& command = containers.front().command;
  return command && !command->empty() ? command->front() : "serve";
}

}  // namespace

SimWorld::Plane::Plane(Log& log, const Clock& clock, Ids& ids, Metrics& metrics)
    : database(stored_schema()),
      transactor({database, log, feed, clock, ids}),
      controllers(transactor, ecs_controllers(measured), metrics) {}

DiscoveryServiceRow SimWorld::registry(int number) {
  DiscoveryServiceRow row{.discovery_service_id = cat("srv-", number), .discovery_service_name = cat("name", number)};
  row.discovery_service_arn = cat("arn:aws:servicediscovery:us-east-1:123456789012:service/srv-", number);
  row.namespace_id = "ns-1";
  row.dns_config.emplace().dns_records = {{.type = servicediscovery::RecordType::a, .ttl = 10}};
  if (number > 0) row.health_check_custom_config.emplace();
  return row;
}

SimWorld::SimWorld(std::uint64_t seed) : chance_(seed), ids_(seed * 7919 + 1), log_(memory_) {
  caller_ = {.account_id = "123456789012", .region = "us-east-1", .principal_arn = "arn:aws:iam::123456789012:root"};
  calm_ = seed % 4 == 0;
  start_plane();
  auto made = change([this](Tx& tx) -> Status {
    tx.put(InstallationRow{.name = "local", .account_id = caller_.account_id, .region = caller_.region, .domain = "localhost"});
    TRY(ensure_first_start(tx, {.express_bake_minutes = pick(3)}));
    for (int i = 0; i < registries; ++i) tx.put(registry(i));
    for (int i = 0; i < 2; ++i) {
      tx.put(NodeRow{.node_id = cat("n", i), .host_name = cat("host", i), .cpu_architecture = "X86_64", .cpu_units = 2048, .memory_mib = 2048, .availability_zone = cat("zone", i), .last_seen_at = tx.now()});
    }
    return Done{};
  });
  CHECK(made, "an empty store takes the first rows");
  for (int i = 0; i < 2; ++i) {
    AgentSettings settings{.node_id = cat("n", i), .region = caller_.region, .account_id = caller_.account_id, .directory = "/agent"};
    auto clock = std::make_unique<MachineClock>(clock_);
    auto node = std::make_unique<FakeNode>(settings, *clock, [this](const ContainerSpec& spec) { return behave(spec); });
    node->images().publish("app:1", {.pull_takes = std::chrono::milliseconds(100 + pick(4000))});
    node->images().publish("gone:1", {.pull_takes = 300ms, .failures = -1});
    machines_.push_back({.id = cat("n", i), .clock = std::move(clock), .node = std::move(node), .heard_of = clock_.now()});
    link(machines_.back());
  }
}

void SimWorld::tell(std::string what) {
  story_.push_back(cat(format_iso8601(clock_.now(), true), "  ", what));
  if (story_.size() > story_length) story_.pop_front();
}

Reader SimWorld::rows() const { return plane_->database.reader(); }

void SimWorld::start_plane() {
  plane_ = std::make_unique<Plane>(log_, plane_clock_, ids_, metrics_);
  auto loaded = load_state(log_, plane_->database, plane_->feed);
  CHECK(loaded, "what was logged can be read");
  auto subscribed = plane_->feed.subscribe(plane_->feed.newest(), [this](const BatchPointer& batch) {
    for (auto& machine : machines_) {
      if (machine.linked) machine.feed.push_back(batch);
    }
    for (const auto& one : batch->changes) {
      for (char c : one.key) trace_ = (trace_ ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    trace_ = (trace_ ^ static_cast<std::uint64_t>(clock_.now().micros)) * 1099511628211ULL;
  });
  CHECK(subscribed, "the newest batch is remembered");
  plane_->subscription = std::move(subscribed).value();
  plane_->controllers.start();
}

void SimWorld::restart_plane() {
  tell("the control plane restarts");
  plane_.reset();
  start_plane();
  for (auto& machine : machines_) {
    if (machine.linked) link(machine);
  }
}

void SimWorld::link(Machine& machine) {
  machine.linked = true;
  machine.feed.clear();
  machine.node->on_snapshot(read_node_rows(rows(), machine.id));
}

Status SimWorld::change(Work work) {
  Status outcome = Error{"NotRun", "the work was not run"};
  plane_->transactor.submit(std::move(work), [&outcome](Status status) { outcome = std::move(status); });
  return outcome;
}

FakeBehaviour SimWorld::behave(const ContainerSpec& spec) {
  const std::string& kind = spec.args.front();
  FakeBehaviour behaviour{.start_takes = std::chrono::milliseconds(pick(200)), .stop_takes = std::chrono::milliseconds(pick(2000))};
  if (mended_) return behaviour;
  if (kind == "crash") {
    behaviour.run_for = std::chrono::milliseconds(500 + pick(60'000));
    behaviour.exit_code = pick(140);
  }
  if (kind == "nostart") behaviour.start_error = "exec: no such file";
  if (kind == "slow") behaviour.start_takes = std::chrono::seconds(1 + pick(20));
  if (kind == "stubborn") behaviour.ignores_sigterm = true;
  if (kind == "sick") behaviour.execs = {{.exit_code = 0}, {.exit_code = 1}};
  return behaviour;
}

FakeTarget SimWorld::answer(const std::string& kind) {
  FakeTarget target;
  if (mended_) return target;
  target.healthy_after = std::chrono::milliseconds(200 + pick(5000));
  if (kind == "sick" && one_in(2)) target.healthy_after.reset();
  if (kind == "sick") target.flaps_every = 20s;
  return target;
}

void SimWorld::deliver(const TaskObservation& report) {
  auto told = change([&](Tx& tx) { return observe_task(tx, report); });
  if (told || told.error().code != "UnknownTask") return;
  for (auto& machine : machines_) {
    if (machine.id == report.node_id) machine.node->on_unknown_task(report.task_arn);
  }
}

void SimWorld::send_reports(Machine& machine) {
  for (auto& report : machine.node->take_observations()) {
    if (!machine.linked) continue;
    if (calm_ || mended_) {
      late_.push_back({clock_.now(), std::move(report)});
      continue;
    }
    if (one_in(12)) continue;
    if (one_in(12)) late_.push_back({clock_.now() + std::chrono::milliseconds(pick(8000)), report});
    late_.push_back({clock_.now() + std::chrono::milliseconds(one_in(6) ? pick(3000) : 0), std::move(report)});
  }
}

bool SimWorld::tick_nodes() {
  for (auto& machine : machines_) {
    if (machine.linked && machine.node->up() && clock_.now() - machine.heard_of >= 10s) {
      auto heard = change([&](Tx& tx) { return observe_node(tx, machine.id); });
      if (heard) machine.heard_of = clock_.now();
    }
    for (const auto& batch : std::exchange(machine.feed, {})) machine.node->on_rows(*batch);
    machine.node->step();
    send_reports(machine);
  }
  std::vector<TaskObservation> due;
  for (auto& late : late_) {
    if (late.at <= clock_.now()) due.push_back(std::move(late.report));
  }
  std::erase_if(late_, [&](const Late& late) { return late.at <= clock_.now(); });
  for (const auto& report : due) deliver(report);
  return !due.empty();
}

/// The proxy looks when rows have changed and from time to time while something is under way.
void SimWorld::tick_proxy() {
  if (now() < proxy_next_ && proxy_saw_ == plane_->database.seq()) return;
  auto view = proxy_view_of(rows());
  Duration pause = 10min;
  std::set<std::string> here;
  for (const auto& target : view.targets) {
    here.insert(target->target_id);
    auto task = rows().find<TaskRow>(target->task_arn.value_or(""));
    if (task && !proxy_.targets.contains(target->target_id)) proxy_.targets[target->target_id] = answer(kind_of(rows(), *task));
    bool young = now() - target->state_at.value_or(Instant{}) < 5s;
    if (target->state == TargetState::initial || target->state == TargetState::draining) pause = std::min<Duration>(pause, young ? 500ms : 5s);
    if (proxy_.targets[target->target_id].flaps_every > 0s) pause = std::min<Duration>(pause, 5s);
  }
  std::erase_if(proxy_.targets, [&](const auto& entry) { return !here.contains(entry.first); });
  for (const auto& rule : view.rules) {
    if (rule->state.status != ecs::ManagedResourceStatus::active) pause = std::min<Duration>(pause, 500ms);
  }
  for (const auto& group : view.target_groups) {
    if (group->state.status != ecs::ManagedResourceStatus::active) pause = std::min<Duration>(pause, 500ms);
  }
  auto seen = proxy_.step(view, now());
  CHECK(seen, "a fake proxy that is not broken works");
  auto news = news_in(view, seen.value());
  if (!news.targets.empty() || !news.resources.empty()) {
    (void)change([&](Tx& tx) { return observe_proxy(tx, news); });
  }
  proxy_saw_ = plane_->database.seq();
  proxy_next_ = now() + pause;
}

/// Each minute, as long as anything scales: the tasks of a service share its load, whatever it is.
void SimWorld::tick_measure() {
  if (now() < measure_next_) return;
  bool late = now() - measure_next_ >= 1min;
  Instant end{now().micros / 60'000'000 * 60'000'000};
  measure_next_ = end + 1min;
  if (late || rows().count<ScalableTargetRow>() == 0) return;
  Measurements seen{.begin = end - 1min, .end = end};
  rows().for_each<ServiceRow>([&](const ServiceRow& service) {
    if (!service.express) return;
    std::vector<std::string> running;
    rows().for_each(TaskRowIndex::by_service, service.service_arn, [&](const TaskRow& task) {
      if (task.last_status == TaskStatus::running) running.push_back(task.task_arn);
    });
    double share = load_of(service.service_arn) / static_cast<double>(std::max<std::size_t>(running.size(), 1));
    for (auto& arn : running) seen.tasks.push_back({.task_arn = std::move(arn), .processors = std::min(share, 1.0)});
    bool fails = failing_.contains(service.service_arn);
    for (const auto& arn : service.express->target_group_arns) {
      seen.groups.push_back({.target_group_arn = arn, .requests = 100, .responses_5xx = fails ? 50.0 : 0.0, .healthy_targets = 1});
    }
  });
  (void)change([&](Tx& tx) { return observe_measurements(tx, plane_->measured, seen); });
}

/// How many processors a service keeps busy.
double SimWorld::load_of(const std::string& service_arn) {
  auto [load, fresh] = load_.try_emplace(service_arn, 0.0);
  if (fresh) load->second = pick(40) / 10.0;
  return load->second;
}

/// Everything that is due now, until nothing moves any more.
void SimWorld::tick() {
  for (int round = 0; round < 300; ++round) {
    auto before = plane_->database.seq();
    bool moved = tick_nodes();
    plane_->controllers.run_due(now());
    tick_proxy();
    tick_measure();
    bool waits = std::ranges::any_of(machines_, [](const Machine& machine) { return !machine.feed.empty(); });
    if (!moved && !waits && before == plane_->database.seq()) {
      check();
      return;
    }
  }
  expect(false, "everything comes to rest within 300 rounds at one time");
}

std::optional<Instant> SimWorld::next_event() const {
  std::optional<Instant> next;
  // Each says it by its own clock. A clock that goes slowly is asked again when it was expected there.
  auto consider = [&](std::optional<Instant> at, const Clock& clock) {
    if (!at) return;
    Instant truly = clock_.now() + (*at - clock.now());
    if (!next || truly < *next) next = truly;
  };
  consider(plane_->controllers.next_wake(), plane_clock_);
  for (const auto& machine : machines_) consider(machine.node->next_wake(), *machine.clock);
  for (const auto& late : late_) consider(late.at, clock_);
  consider(proxy_next_, plane_clock_);
  if (rows().count<ScalableTargetRow>() > 0) consider(measure_next_, plane_clock_);
  return next;
}

void SimWorld::pass(Duration span) {
  auto end = clock_.now() + span;
  while (broken_.empty()) {
    tick();
    auto next = next_event();
    if (!next || *next >= end) break;
    clock_.set(std::max(*next, clock_.now() + 1ms));
  }
  clock_.set(end);
}

std::string SimWorld::run() {
  pass(1s);
  // Mostly short lives, of which many can be had; now and then a long one.
  int events = one_in(20) ? 40 : 6 + pick(16);
  for (int event = 0; event < events && broken_.empty(); ++event) {
    something_happens();
    pass(one_in(8) ? Duration(std::chrono::minutes(1 + pick(10))) : Duration(std::chrono::milliseconds(pick(20'000))));
  }
  if (broken_.empty()) mend();
  // Everything that began ends: a stage is given up after a day at most, and so is the way back.
  // A start is put off for a quarter of an hour at most, and a clock that was ahead goes at half its speed (adr/0020).
  if (broken_.empty()) pass(40min);
  for (int day = 0; day < 3 && broken_.empty(); ++day) {
    bool deploys = false;
    rows().for_each<ServiceRow>([&](const ServiceRow& row) { deploys = deploys || row.current_deployment_arn; });
    if (!deploys) break;
    pass(25h);
  }
  if (broken_.empty()) check_mended();
  if (broken_.empty() && one_in(4)) check_constant_load();
  if (broken_.empty()) take_all_away();
  if (broken_.empty()) check_gone();
  return broken_;
}

}  // namespace roadstead
