#include "agent/runtime/fake_runtime.h"

#include <signal.h>

#include <algorithm>

#include "agent/runtime/task_files.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

/// Signals that end no process when it does not handle them.
bool ends_nothing(int number) {
  return number == 0 || number == SIGCHLD || number == SIGCONT || number == SIGURG || number == SIGWINCH;
}

Error not_running(const ContainerRef& container) {
  return {"NotRunning", cat("container ", container_id(container), " is not running")};
}

Error cannot_start(std::string_view why) { return {"CannotStartContainerError", std::string(why)}; }

}  // namespace

FakeRuntime::FakeRuntime(const Clock& clock, Director director) : clock_(clock), director_(std::move(director)) {}

void FakeRuntime::on_exit(ExitHandler handler) { on_exit_ = std::move(handler); }

FakeRuntime::Container* FakeRuntime::find(const ContainerRef& container) {
  auto task = tasks_.find(container.task_id);
  if (task == tasks_.end()) return nullptr;
  auto found = task->second.find(container.name);
  return found == task->second.end() ? nullptr : &found->second;
}

void FakeRuntime::end(Container& container, const ContainerExit& exit) {
  container.due.reset();
  container.ended = exit;
  if (on_exit_) on_exit_(exit);
}

std::optional<Instant> FakeRuntime::next_exit() const {
  std::optional<Instant> next;
  for (const auto& [task_id, containers] : tasks_) {
    for (const auto& [name, container] : containers) {
      if (container.due && (!next || container.due->finished_at < *next)) next = container.due->finished_at;
    }
  }
  return next;
}

void FakeRuntime::step() {
  for (auto next = next_exit(); next && *next <= clock_.now(); next = next_exit()) {
    // The maps are in the order of ids, so the first of that time is the one with the lowest id.
    std::optional<ContainerExit> due;
    for (const auto& [task_id, containers] : tasks_) {
      for (const auto& [name, container] : containers) {
        if (!due && container.due && container.due->finished_at == *next) due = container.due;
      }
    }
    end(*find(due->container), *due);
  }
}

void FakeRuntime::lose_power() { tasks_.clear(); }

Status FakeRuntime::start_task(const TaskSpec& task) {
  if (!is_plain_name(task.task_id, 64)) {
    return Error{"ResourceInitializationError", cat("'", task.task_id, "' cannot be the id of a task")};
  }
  tasks_[task.task_id];
  return Done{};
}

Result<ContainerStarted> FakeRuntime::start(const ContainerSpec& spec) {
  auto task = tasks_.find(spec.task_id);
  if (task == tasks_.end()) return cannot_start(cat("task ", spec.task_id, " has not been started"));
  if (!is_plain_name(spec.name, 255)) return cannot_start(cat("'", spec.name, "' cannot be the name of a container"));
  if (spec.args.empty()) return cannot_start("No command specified");
  auto& container = task->second[spec.name];
  if (container.running()) return cannot_start("the container is already running");
  auto behaviour = director_ ? director_(spec) : FakeBehaviour{};
  if (behaviour.start_error) return cannot_start(*behaviour.start_error);
  container = Container{};
  container.behaviour = std::move(behaviour);
  container.pid = next_pid_++;
  container.started_at = clock_.now() + container.behaviour.start_takes;
  const auto& chosen = container.behaviour;
  if (chosen.run_for) {
    int signal = chosen.oom_killed ? SIGKILL : 0;
    int code = chosen.oom_killed ? 128 + SIGKILL : chosen.exit_code;
    auto at = container.started_at + *chosen.run_for;
    container.due = ContainerExit{{spec.task_id, spec.name}, code, signal, chosen.oom_killed, at};
  }
  return ContainerStarted{container.pid, container.started_at, {}};
}

Status FakeRuntime::signal(const ContainerRef& ref, int number) {
  auto* container = find(ref);
  if (container == nullptr || !container->running()) return not_running(ref);
  if (ends_nothing(number) || (number == SIGTERM && container->behaviour.ignores_sigterm)) return Done{};
  auto at = std::max(clock_.now(), container->started_at) + container->behaviour.stop_takes;
  if (container->due && container->due->finished_at <= at) return Done{};
  const auto& code = container->behaviour.sigterm_exit_code;
  bool handled = number == SIGTERM && code;
  container->due = ContainerExit{ref, handled ? *code : 128 + number, handled ? 0 : number, false, at};
  return Done{};
}

Status FakeRuntime::kill(const ContainerRef& container) { return signal(container, SIGKILL); }

Result<ExecOutcome> FakeRuntime::exec(const ContainerRef& ref, const ExecSpec& command) {
  auto* container = find(ref);
  if (container == nullptr || !container->running()) return not_running(ref);
  if (command.args.empty()) return Error{"ExecFailed", "the command could not be run: it is empty"};
  const auto& answers = container->behaviour.execs;
  if (answers.empty()) return ExecOutcome{};
  auto answer = answers[std::min(container->execs, answers.size() - 1)];
  container->execs += 1;
  answer.output = answer.output.substr(0, command.output_limit);
  return answer;
}

Status FakeRuntime::remove_container(const ContainerRef& ref) {
  auto* container = find(ref);
  if (container == nullptr) return Done{};
  if (container->running()) end(*container, ContainerExit{ref, 128 + SIGKILL, SIGKILL, false, clock_.now()});
  tasks_[ref.task_id].erase(ref.name);
  return Done{};
}

Status FakeRuntime::remove_task(const std::string& task_id) {
  auto task = tasks_.find(task_id);
  if (task == tasks_.end()) return Done{};
  std::vector<std::string> names;
  for (const auto& [name, container] : task->second) names.push_back(name);
  for (const auto& name : names) TRY(remove_container({task_id, name}));
  tasks_.erase(task_id);
  return Done{};
}

Result<std::vector<RecoveredTask>> FakeRuntime::recover() {
  std::vector<RecoveredTask> found;
  for (const auto& [task_id, containers] : tasks_) {
    RecoveredTask task{task_id, {}};
    for (const auto& [name, container] : containers) {
      RecoveredContainer entry;
      entry.container = {task_id, name};
      entry.pid = container.pid;
      entry.started_at = container.started_at;
      entry.exit = container.ended;
      if (container.pid != 0) {
        entry.state = container.ended ? RecoveredContainer::State::exited : RecoveredContainer::State::running;
      }
      task.containers.push_back(std::move(entry));
    }
    found.push_back(std::move(task));
  }
  return found;
}

Result<UsageSample> FakeRuntime::container_usage(const ContainerRef& ref) {
  auto* container = find(ref);
  if (container == nullptr || container->pid == 0) return Error{"NotFound", cat("no cgroup ", container_id(ref))};
  return container->running() ? usage_of(*container) : UsageSample{};
}

UsageSample FakeRuntime::usage_of(const Container& container) const {
  auto usage = container.behaviour.usage;
  auto ran = std::max(clock_.now() - container.started_at, Duration::zero());
  usage.cpu_nanos += static_cast<std::uint64_t>(container.behaviour.processors * 1000 * static_cast<double>(ran.count()));
  return usage;
}

Result<UsageSample> FakeRuntime::task_usage(const std::string& task_id) {
  auto task = tasks_.find(task_id);
  if (task == tasks_.end()) return Error{"NotFound", cat("no cgroup ", task_id)};
  UsageSample sum;
  for (const auto& [name, container] : task->second) {
    if (!container.running()) continue;
    auto usage = usage_of(container);
    sum.cpu_nanos += usage.cpu_nanos;
    sum.memory_bytes += usage.memory_bytes;
    sum.memory_max_bytes += usage.memory_max_bytes;
    sum.memory_cache_bytes += usage.memory_cache_bytes;
    sum.processes += usage.processes;
  }
  return sum;
}

std::string FakeRuntime::spool_directory(const ContainerRef& container) const {
  return cat("/fake/", container.task_id, '/', container.name);
}

}  // namespace roadstead
