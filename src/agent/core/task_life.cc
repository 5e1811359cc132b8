#include "agent/core/task_life.h"

#include <algorithm>

#include "base/data/hash.h"
#include "base/text/text.h"
#include "decide/containers/order_rules.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr Duration kill_again_after = 10s;

void stop_container(ContainerProgress& container, Instant now, std::string reason = {}) {
  container.state.phase = ContainerPhase::stopped;
  container.restart_due = false;
  container.starting = false;
  container.checking = false;
  if (container.state.reason.empty()) container.state.reason = std::move(reason);
  if (container.state.started_at && !container.state.finished_at) container.state.finished_at = now;
}

void end_task(TaskProgress& progress, std::string code, std::string reason) {
  if (!progress.stop_code.empty()) return;
  progress.stop_code = std::move(code);
  progress.stopped_reason = std::move(reason);
}

void conclude_essential(const std::vector<ContainerFacts>& facts, TaskProgress& progress) {
  const ContainerFacts* ended = ended_essential(facts);
  if (ended == nullptr) return;
  if (ended->state->started_at) {
    end_task(progress, "EssentialContainerExited", "Essential container in task exited");
  } else {
    end_task(progress, "TaskFailedToStart", ended->state->reason);
  }
}

// An essential container that has ended, or a need that cannot be met any more, ends the task. The former goes first: that others
// needed it is only what followed.
void conclude_failures(
    const std::vector<ContainerRules>& rules, const TaskIntent& intent, TaskProgress& progress, Instant now
) {
  for (auto& container : progress.containers) {
    // What a restart needs could not be had again after a restart of the agent.
    bool lacking = progress.network == Step::failed || container.image == Step::failed || container.root == Step::failed;
    if (container.restart_due && !container.starting && lacking) stop_container(container, now);
  }
  auto facts = facts_of(rules, progress);
  conclude_essential(facts, progress);
  for (const auto& fact : facts) {
    if (fact.state->phase != ContainerPhase::pending || !intent.run) continue;
    StartVerdict verdict = may_start(*fact.rules, facts, now);
    if (verdict.never.empty()) continue;
    stop_container(*progress.container(fact.rules->name), now, verdict.never);
    end_task(progress, "TaskFailedToStart", verdict.never);
  }
  conclude_essential(facts, progress);
}

void conclude_start(const std::vector<ContainerRules>& rules, TaskProgress& progress) {
  if (progress.started_at || progress.stopping_at) return;
  auto facts = facts_of(rules, progress);
  if (facts.empty() || !all_started(facts)) return;
  Instant last{};
  for (const auto& fact : facts) last = std::max(last, fact.state->started_at.value_or(Instant{}));
  progress.started_at = last;
}

void conclude_stop(const std::vector<ContainerRules>& rules, TaskProgress& progress, Instant now) {
  if (!progress.stopping_at) progress.stopping_at = now;
  for (auto& container : progress.containers) {
    bool never_begun = container.state.phase == ContainerPhase::pending;
    bool between_restarts = container.restart_due && !container.starting;
    if (never_begun || between_restarts) stop_container(container, now);
  }
  if (progress.execution_stopped_at || is_busy(progress) || !all_stopped(facts_of(rules, progress))) return;
  Instant last{};
  for (const auto& container : progress.containers) last = std::max(last, container.state.finished_at.value_or(Instant{}));
  progress.execution_stopped_at = last == Instant{} ? now : last;
}

class Steps {
 public:
  void add(ActionKind kind, const std::string& container, std::string reason) {
    steps_.push_back({.kind = kind, .container = container, .reason = std::move(reason)});
  }

  void wake(std::optional<Instant> at, std::string reason) {
    if (!at || (wake_ && wake_->at <= *at)) return;
    wake_ = TaskStep{.kind = ActionKind::wake, .reason = std::move(reason), .at = *at};
  }

  std::vector<TaskStep> take() {
    if (wake_) steps_.push_back(*wake_);
    return std::move(steps_);
  }

 private:
  std::vector<TaskStep> steps_;
  std::optional<TaskStep> wake_;
};

void plan_stop(const ContainerFacts& fact, const ContainerProgress& container, bool free, Instant now, Steps& out) {
  if (container.state.phase != ContainerPhase::running || container.restart_due || !free) return;
  if (!container.signalled_at) {
    out.add(ActionKind::stop, container.name, "the task is stopping");
    return;
  }
  Instant kill_at = *container.signalled_at + fact.rules->stop_timeout;
  if (container.killed_at) kill_at = *container.killed_at + kill_again_after;
  if (now >= kill_at) {
    out.add(ActionKind::kill, container.name, "did not stop within its stopTimeout");
  } else {
    out.wake(kill_at, "the end of a stopTimeout");
  }
}

void plan_removal(const TaskProgress& progress, Instant now, Steps& out) {
  if (progress.removal == Step::none) out.add(ActionKind::remove, {}, "all containers have stopped");
  if (progress.removal != Step::failed) return;
  if (progress.removal_retry_at && now < *progress.removal_retry_at) {
    out.wake(progress.removal_retry_at, "another try to remove the task");
  } else {
    out.add(ActionKind::remove, {}, "an earlier removal failed");
  }
}

void plan_stopping(
    const std::vector<ContainerRules>& rules, const TaskProgress& progress, Instant now, Steps& out
) {
  if (progress.execution_stopped_at) return plan_removal(progress, now, out);
  auto facts = facts_of(rules, progress);
  for (const auto& fact : facts) {
    const ContainerProgress& container = *progress.container(fact.rules->name);
    plan_stop(fact, container, may_stop(container.name, facts), now, out);
  }
}

void plan_start(
    const ContainerFacts& fact, const std::vector<ContainerFacts>& facts, const TaskProgress& progress, bool groups_ready,
    Instant now, Steps& out
) {
  const ContainerProgress& container = *progress.container(fact.rules->name);
  if (container.state.phase == ContainerPhase::stopped) return;
  if (container.image == Step::none) return out.add(ActionKind::pull, container.name, "its image is needed");
  if (container.image == Step::done && container.root == Step::none) {
    return out.add(ActionKind::root, container.name, "its image is here");
  }
  bool prepared = container.root == Step::done && progress.network == Step::done && groups_ready;
  if (container.restart_due) {
    if (prepared && !container.starting) out.add(ActionKind::start, container.name, "its restart policy");
    return;
  }
  if (container.state.phase != ContainerPhase::pending) return;
  StartVerdict verdict = may_start(*fact.rules, facts, now);
  if (verdict.ready && prepared) out.add(ActionKind::start, container.name, "all that it needs is there");
  out.wake(verdict.until, "the end of a startTimeout");
}

void plan_health(const ContainerFacts& fact, const ContainerProgress& container, Instant now, Steps& out) {
  bool runs = container.state.phase == ContainerPhase::running && !container.restart_due;
  if (!runs || !fact.rules->health || container.checking) return;
  Instant due = next_check(*fact.rules->health, container.state);
  if (now >= due) {
    out.add(ActionKind::health, container.name, "its health check is due");
  } else {
    out.wake(due, "the next health check");
  }
}

// Docker's words for a start that fails are kept; an error of our own gets a name in front.
std::string reason_text(const Error& error) { return cat(error.code, ": ", error.message); }

void fail_step(TaskProgress& progress, ContainerProgress* container, const ActionOutcome& outcome) {
  const Error& error = *outcome.error();
  if (outcome.kind == ActionKind::network) {
    progress.network = Step::failed;
    if (!progress.started_at) end_task(progress, "TaskFailedToStart", reason_text(error));
    return;
  }
  if (outcome.kind == ActionKind::remove) {
    progress.removal = Step::failed;
    progress.removal_failures = std::min(progress.removal_failures + 1, 6);
    progress.removal_retry_at = outcome.at + 500ms * (1 << progress.removal_failures);
    if (!progress.stopped_at) progress.stopped_at = outcome.at;
    return;
  }
  if (container == nullptr) return;
  if (outcome.kind == ActionKind::pull) container->image = Step::failed;
  if (outcome.kind == ActionKind::root) container->root = Step::failed;
  if (container->state.phase == ContainerPhase::stopped) return;
  bool lives = container->state.phase == ContainerPhase::running && !container->restart_due;
  if (!lives) stop_container(*container, outcome.at, reason_text(error));
}

void fail_signal(const std::vector<ContainerRules>& rules, ContainerProgress& container, const ActionOutcome& outcome) {
  if (container.state.phase != ContainerPhase::running) return;
  if (outcome.error()->code == "NotRunning") {
    // Its end is on the way; one that is still missing at the second kill was lost.
    if (outcome.kind == ActionKind::kill && container.kills >= 2) {
      stop_container(container, outcome.at, reason_of({.code = std::nullopt, .at = outcome.at}));
    }
    return;
  }
  auto rule = std::ranges::find(rules, container.name, &ContainerRules::name);
  if (outcome.kind == ActionKind::stop && rule != rules.end()) container.signalled_at = outcome.at - rule->stop_timeout;
}

void finish_pulls(TaskProgress& progress, Instant at) {
  bool open = std::ranges::any_of(progress.containers, [](const ContainerProgress& container) {
    return container.image == Step::none || container.image == Step::doing;
  });
  if (!open && !progress.pull_stopped_at) progress.pull_stopped_at = at;
}

void finish_start(ContainerProgress& container, Instant started_at) {
  container.starting = false;
  container.killed_at.reset();
  container.signalled_at.reset();
  container.kills = 0;
  if (container.restart_due) {
    container.restart_due = false;
    container.state.restarted_at = started_at;
    ++container.state.restart_count;
  } else {
    container.state.started_at = started_at;
  }
  container.state.phase = ContainerPhase::running;
  container.state.health = {};
}

void finish_check(const ContainerRules& rules, ContainerProgress& container, bool passed, Instant at) {
  if (!container.checking) return;
  container.checking = false;
  if (container.state.phase != ContainerPhase::running || !rules.health) return;
  container.state.health =
      after_check(*rules.health, container.state.health, latest_start(container.state), passed, at);
}

void take_network(TaskProgress& progress, const Joined& joined) {
  progress.network = Step::done;
  progress.bindings.clear();
  for (const auto& mapping : joined.port_mappings) {
    progress.bindings.push_back({mapping.container_port, mapping.host_port, mapping.protocol});
  }
}

void take_success(
    const std::vector<ContainerRules>& rules, TaskProgress& progress, ContainerProgress* container,
    const ActionOutcome& outcome
) {
  if (const auto* joined = std::get_if<NetworkJoined>(&outcome.result)) return take_network(progress, joined->joined);
  if (std::holds_alternative<TaskRemoved>(outcome.result)) {
    progress.removal = Step::done;
    if (!progress.stopped_at) progress.stopped_at = outcome.at;
    return;
  }
  if (container == nullptr) return;
  if (const auto* pulled = std::get_if<ImagePulled>(&outcome.result)) {
    container->image = Step::done;
    container->image_digest = pulled->image.digest;
  } else if (std::holds_alternative<RootPrepared>(outcome.result)) {
    container->root = Step::done;
  } else if (const auto* running = std::get_if<ContainerRunning>(&outcome.result)) {
    if (container->starting) finish_start(*container, running->started_at);
  } else if (const auto* checked = std::get_if<HealthChecked>(&outcome.result)) {
    auto rule = std::ranges::find(rules, container->name, &ContainerRules::name);
    if (rule != rules.end()) finish_check(*rule, *container, checked->passed, outcome.at);
  }
}

}  // namespace

std::string runtime_id_of(const std::string& task_id, const std::string& container, bool fargate) {
  std::string digest = sha256_hex(cat(task_id, "/", container));
  if (!fargate) return digest;
  std::uint64_t number = 0;
  for (char digit : std::string_view(digest).substr(0, 15)) {
    number = number * 16 + static_cast<std::uint64_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  std::string digits = cat(number % 10'000'000'000ULL);
  return cat(task_id, "-", std::string(10 - digits.size(), '0'), digits);
}

TaskProgress new_progress(
    const std::string& task_arn, const std::string& task_id, const std::vector<ContainerRules>& rules, bool fargate
) {
  TaskProgress progress{.task_arn = task_arn, .task_id = task_id};
  for (const auto& rule : rules) {
    ContainerProgress container{.name = rule.name};
    container.runtime_id = runtime_id_of(task_id, rule.name, fargate);
    progress.containers.push_back(std::move(container));
  }
  return progress;
}

std::vector<ContainerFacts> facts_of(const std::vector<ContainerRules>& rules, const TaskProgress& progress) {
  std::vector<ContainerFacts> facts;
  facts.reserve(rules.size());
  for (const auto& rule : rules) {
    const ContainerProgress* container = progress.container(rule.name);
    if (container != nullptr) facts.push_back({&rule, &container->state});
  }
  return facts;
}

bool is_stopping(const TaskIntent& intent, const TaskProgress& progress) {
  return intent.stop || !progress.stop_code.empty() || progress.stopping_at;
}

bool is_busy(const TaskProgress& progress) {
  if (progress.network == Step::doing) return true;
  return std::ranges::any_of(progress.containers, [](const ContainerProgress& container) {
    return container.root == Step::doing || container.starting;
  });
}

void settle(const std::vector<ContainerRules>& rules, const TaskIntent& intent, TaskProgress& progress, Instant now) {
  if (progress.stopped_at) return;
  if (!is_stopping(intent, progress)) {
    conclude_start(rules, progress);
    conclude_failures(rules, intent, progress, now);
  }
  if (is_stopping(intent, progress)) conclude_stop(rules, progress, now);
}

std::vector<TaskStep> due_steps(
    const std::vector<ContainerRules>& rules, const TaskIntent& intent, const TaskProgress& progress, bool groups_ready,
    Instant now
) {
  Steps out;
  if (is_stopping(intent, progress)) {
    plan_stopping(rules, progress, now, out);
    return out.take();
  }
  auto facts = facts_of(rules, progress);
  if (intent.run) {
    if (progress.network == Step::none) out.add(ActionKind::network, {}, "the task is wanted here");
    for (const auto& fact : facts) plan_start(fact, facts, progress, groups_ready, now, out);
  }
  for (const auto& fact : facts) plan_health(fact, *progress.container(fact.rules->name), now, out);
  return out.take();
}

void begin(TaskProgress& progress, const TaskStep& step, Instant now) {
  if (step.kind == ActionKind::network) progress.network = Step::doing;
  if (step.kind == ActionKind::remove) progress.removal = Step::doing;
  ContainerProgress* container = progress.container(step.container);
  if (container == nullptr) return;
  switch (step.kind) {
    case ActionKind::pull:
      container->image = Step::doing;
      if (!progress.pull_started_at) progress.pull_started_at = now;
      break;
    case ActionKind::root:
      container->root = Step::doing;
      break;
    case ActionKind::start:
      container->starting = true;
      if (!container->restart_due) container->state.phase = ContainerPhase::starting;
      break;
    case ActionKind::stop:
      container->signalled_at = now;
      break;
    case ActionKind::kill:
      container->killed_at = now;
      ++container->kills;
      break;
    case ActionKind::health:
      container->checking = true;
      break;
    default:
      break;
  }
}

void finish(const std::vector<ContainerRules>& rules, TaskProgress& progress, const ActionOutcome& outcome) {
  ContainerProgress* container = progress.container(outcome.container);
  if (outcome.error() == nullptr) {
    take_success(rules, progress, container, outcome);
  } else if (container != nullptr && (outcome.kind == ActionKind::stop || outcome.kind == ActionKind::kill)) {
    fail_signal(rules, *container, outcome);
  } else if (container != nullptr && outcome.kind == ActionKind::health) {
    // A check that could not run says nothing about the container, unless it runs: then it failed.
    auto rule = std::ranges::find(rules, container->name, &ContainerRules::name);
    bool ended = outcome.error()->code == "NotRunning";
    if (ended) container->checking = false;
    if (!ended && rule != rules.end()) finish_check(*rule, *container, false, outcome.at);
  } else {
    fail_step(progress, container, outcome);
  }
  if (outcome.kind == ActionKind::pull) finish_pulls(progress, outcome.at);
}

void finish_container(
    const ContainerRules& rules, ContainerProgress& container, const ContainerEnding& ending, bool stopping
) {
  if (container.state.phase == ContainerPhase::stopped || !container.state.started_at) return;
  container.state.exit_code = ending.code;
  bool again = restarts(rules, container.state, ending, stopping || container.signalled_at.has_value());
  if (again) {
    container.restart_due = true;
    container.checking = false;
    container.state.health = {};
    return;
  }
  container.state.finished_at = ending.at;
  container.state.reason = reason_of(ending);
  stop_container(container, ending.at);
}

}  // namespace roadstead
