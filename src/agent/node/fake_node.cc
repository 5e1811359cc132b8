#include "agent/node/fake_node.h"

#include <algorithm>
#include <ranges>

namespace roadstead {

FakeNode::FakeNode(AgentSettings settings, const Clock& clock, FakeRuntime::Director director)
    : settings_(std::move(settings)), clock_(clock), images_(clock), runtime_(clock, std::move(director)) {
  start();
}

void FakeNode::start() {
  ++life_;
  core_ = std::make_unique<AgentCore>(settings_);
  for (auto change : disk_ | std::views::values) {
    if (change.progress != nullptr) {
      // What a disk gives back is what was written, without the steps under way.
      auto stored = parse_progress(encode_progress(*change.progress));
      CHECK(stored.has_value(), "what was encoded can be parsed");
      change.progress = std::make_shared<const TaskProgress>(std::move(stored).value());
    }
    core_->load(change);
  }
  FakeNetworkBehaviour behaviour;
  behaviour.left_behind = joined_;
  network_ = std::make_unique<FakeNetwork>(std::move(behaviour));
  actors_ = std::make_unique<Actors>(Actors::Ports{
      .runtime = runtime_, .images = images_, .network = *network_, .clock = clock_, .without_files = true
  });
  runtime_.on_exit([this](const ContainerExit& exit) { exits_.push_back(exit); });
  auto found = runtime_.recover();
  CHECK(found.has_value(), "a fake runtime recovers");
  auto images = images_.recover();
  CHECK(images.has_value(), "fake images recover");
  std::set<std::string> wanted = core_->task_ids();
  std::set<std::string> roots = core_->root_ids();
  for (const auto& task : *found) {
    wanted.insert(task.task_id);
    for (const auto& container : task.containers) {
      roots.insert(runtime_id_of(task.task_id, container.container.name, true));
      roots.insert(runtime_id_of(task.task_id, container.container.name, false));
    }
  }
  auto kept = network_->recover(wanted);
  CHECK(kept.has_value(), "a fake network recovers");
  std::erase_if(joined_, [&](const auto& entry) { return !wanted.contains(entry.first); });
  for (const auto& root : images->roots) {
    if (!roots.contains(root)) (void)images_.unmount_root(root);
  }
  core_->on_recovered(*found, clock_.now());
}

void FakeNode::on_snapshot(const NodeRows& rows) {
  if (up()) core_->on_snapshot(rows);
}

void FakeNode::on_rows(const Batch& batch) {
  if (up()) core_->on_rows(batch);
}

void FakeNode::on_unknown_task(const std::string& task_arn) {
  if (up()) core_->on_unknown_task(task_arn);
}

void FakeNode::step() {
  runtime_.step();
  if (!up()) return;
  while (true) {
    images_.run_due();
    take_outcomes();
    auto actions = core_->step(clock_.now());
    store();
    if (actions.empty()) {
      auto next = next_wake();
      if (!next || *next > clock_.now()) return;
      continue;
    }
    for (const auto& action : actions) perform(action);
  }
}

void FakeNode::perform(const AgentAction& action) {
  if (const auto* pull = std::get_if<PullImage>(&action)) {
    actors_->pull(*pull, [this, life = life_](ActionOutcome outcome) {
      if (life == life_ && up()) outcomes_.emplace(clock_.now(), std::move(outcome));
    });
    return;
  }
  const ActionTarget& target = target_of(action);
  ActionOutcome outcome = actors_->perform(action);
  Instant known_at = clock_.now();
  if (const auto* running = std::get_if<ContainerRunning>(&outcome.result)) {
    ++starts_[{target.task_id, target.container}];
    known_at = std::max(known_at, running->started_at);
    outcome.at = known_at;
  }
  if (const auto* join = std::get_if<JoinNetwork>(&action); join != nullptr && outcome.error() == nullptr) {
    joined_[target.task_id] = join->network;
  }
  if (std::holds_alternative<TaskRemoved>(outcome.result)) joined_.erase(target.task_id);
  outcomes_.emplace(known_at, std::move(outcome));
}

void FakeNode::take_outcomes() {
  runtime_.step();
  for (const auto& exit : std::exchange(exits_, {})) {
    core_->on_ending(
        exit.container, {.code = exit.exit_code, .out_of_memory = exit.oom_killed, .at = exit.finished_at}
    );
  }
  while (!outcomes_.empty() && outcomes_.begin()->first <= clock_.now()) {
    auto outcome = outcomes_.extract(outcomes_.begin());
    core_->on_outcome(outcome.mapped());
  }
}

void FakeNode::store() {
  for (auto& change : core_->take_changes()) {
    std::pair key{change.table, change.key};
    bool gone = change.task == nullptr && change.definition == nullptr && change.progress == nullptr;
    if (gone) {
      disk_.erase(key);
    } else {
      disk_[key] = std::move(change);
    }
  }
}

std::optional<Instant> FakeNode::next_wake() const {
  std::optional<Instant> next = runtime_.next_exit();
  auto consider = [&](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  if (!up()) return next;
  consider(images_.next_due());
  consider(core_->next_wake());
  if (!outcomes_.empty()) consider(outcomes_.begin()->first);
  if (!exits_.empty()) consider(clock_.now());
  return next;
}

std::vector<TaskObservation> FakeNode::take_observations() {
  return up() ? core_->take_observations() : std::vector<TaskObservation>{};
}

void FakeNode::crash() {
  core_.reset();
  actors_.reset();
  outcomes_.clear();
  exits_.clear();
  images_.crash();
  runtime_.restart_agent();
}

void FakeNode::lose_power() {
  crash();
  runtime_.lose_power();
  joined_.clear();
}

void FakeNode::restart() {
  if (!up()) start();
}

}  // namespace roadstead
