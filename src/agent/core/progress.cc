#include "agent/core/progress.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;

void put(json::object& out, std::string_view name, const std::optional<Instant>& at) {
  if (at) out[name] = at->micros;
}

void put(json::object& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}

void put(json::object& out, std::string_view name, std::int64_t number) {
  if (number != 0) out[name] = number;
}

std::int64_t number_of(const json::object& in, std::string_view name) {
  const json::value* found = in.if_contains(name);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

int int_of(const json::object& in, std::string_view name) { return static_cast<int>(number_of(in, name)); }

std::optional<Instant> instant_of(const json::object& in, std::string_view name) {
  const json::value* found = in.if_contains(name);
  if (found == nullptr || !found->is_int64()) return std::nullopt;
  return Instant{found->get_int64()};
}

std::string text_of(const json::object& in, std::string_view name) {
  const json::value* found = in.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

// `doing` is asked for again.
Step step_of(const json::object& in, std::string_view name) {
  auto step = static_cast<Step>(std::clamp(int_of(in, name), 0, 3));
  return step == Step::doing ? Step::none : step;
}

json::object encode_container(const ContainerProgress& container) {
  const ContainerState& state = container.state;
  json::object out;
  out["name"] = container.name;
  put(out, "phase", static_cast<int>(state.phase));
  put(out, "startedAt", state.started_at);
  put(out, "restartedAt", state.restarted_at);
  put(out, "finishedAt", state.finished_at);
  if (state.exit_code) out["exitCode"] = *state.exit_code;
  put(out, "reason", state.reason);
  put(out, "restartCount", state.restart_count);
  put(out, "health", static_cast<int>(state.health.status));
  put(out, "healthFailures", state.health.failures);
  put(out, "graceEnded", state.health.grace_ended ? 1 : 0);
  put(out, "checkedAt", state.health.checked_at);
  put(out, "healthSince", state.health.status_since);
  put(out, "imageDigest", container.image_digest);
  put(out, "runtimeId", container.runtime_id);
  put(out, "stopSignal", container.stop_signal);
  put(out, "restartDue", container.restart_due ? 1 : 0);
  put(out, "signalledAt", container.signalled_at);
  put(out, "killedAt", container.killed_at);
  return out;
}

ContainerProgress parse_container(const json::object& in) {
  ContainerProgress container;
  container.name = text_of(in, "name");
  ContainerState& state = container.state;
  state.phase = static_cast<ContainerPhase>(std::clamp(int_of(in, "phase"), 0, 3));
  if (state.phase == ContainerPhase::starting) state.phase = ContainerPhase::pending;
  state.started_at = instant_of(in, "startedAt");
  state.restarted_at = instant_of(in, "restartedAt");
  state.finished_at = instant_of(in, "finishedAt");
  if (in.contains("exitCode")) state.exit_code = int_of(in, "exitCode");
  state.reason = text_of(in, "reason");
  state.restart_count = int_of(in, "restartCount");
  state.health.status = static_cast<ContainerHealth>(std::clamp(int_of(in, "health"), 0, 2));
  state.health.failures = int_of(in, "healthFailures");
  state.health.grace_ended = number_of(in, "graceEnded") != 0;
  state.health.checked_at = instant_of(in, "checkedAt");
  state.health.status_since = instant_of(in, "healthSince");
  container.image_digest = text_of(in, "imageDigest");
  container.runtime_id = text_of(in, "runtimeId");
  if (int signal = int_of(in, "stopSignal"); signal > 0) container.stop_signal = signal;
  container.restart_due = number_of(in, "restartDue") != 0;
  container.signalled_at = instant_of(in, "signalledAt");
  container.killed_at = instant_of(in, "killedAt");
  return container;
}

json::array encode_bindings(const std::vector<TaskProgress::Binding>& bindings) {
  json::array out;
  for (const auto& binding : bindings) {
    out.push_back(json::object{
        {"containerPort", binding.container_port}, {"hostPort", binding.host_port}, {"protocol", binding.protocol}
    });
  }
  return out;
}

void parse_lists(const json::object& in, TaskProgress& progress) {
  if (const json::value* containers = in.if_contains("containers"); containers != nullptr && containers->is_array()) {
    for (const auto& container : containers->get_array()) {
      if (container.is_object()) progress.containers.push_back(parse_container(container.get_object()));
    }
  }
  if (const json::value* bindings = in.if_contains("bindings"); bindings != nullptr && bindings->is_array()) {
    for (const auto& binding : bindings->get_array()) {
      if (!binding.is_object()) continue;
      const json::object& one = binding.get_object();
      progress.bindings.push_back({int_of(one, "containerPort"), int_of(one, "hostPort"), text_of(one, "protocol")});
    }
  }
}

}  // namespace

ContainerProgress* TaskProgress::container(std::string_view name) {
  auto found = std::ranges::find(containers, name, &ContainerProgress::name);
  return found == containers.end() ? nullptr : &*found;
}

const ContainerProgress* TaskProgress::container(std::string_view name) const {
  auto found = std::ranges::find(containers, name, &ContainerProgress::name);
  return found == containers.end() ? nullptr : &*found;
}

std::string encode_progress(const TaskProgress& progress) {
  json::object out;
  out["taskArn"] = progress.task_arn;
  out["taskId"] = progress.task_id;
  json::array containers;
  for (const auto& container : progress.containers) containers.push_back(encode_container(container));
  out["containers"] = std::move(containers);
  put(out, "removal", static_cast<int>(progress.removal));
  put(out, "pullStartedAt", progress.pull_started_at);
  put(out, "pullStoppedAt", progress.pull_stopped_at);
  put(out, "startedAt", progress.started_at);
  put(out, "stoppingAt", progress.stopping_at);
  put(out, "executionStoppedAt", progress.execution_stopped_at);
  put(out, "stoppedAt", progress.stopped_at);
  put(out, "stopCode", progress.stop_code);
  put(out, "stoppedReason", progress.stopped_reason);
  if (!progress.bindings.empty()) out["bindings"] = encode_bindings(progress.bindings);
  put(out, "sequence", progress.sequence);
  return json::serialize(out);
}

Result<TaskProgress> parse_progress(std::string_view document) {
  boost::system::error_code problem;
  json::value parsed = json::parse(document, problem);
  if (problem || !parsed.is_object()) {
    return Error{"StateUnreadable", "a task in the node's state cannot be read", problem.message()};
  }
  const json::object& in = parsed.get_object();
  TaskProgress progress;
  progress.task_arn = text_of(in, "taskArn");
  progress.task_id = text_of(in, "taskId");
  parse_lists(in, progress);
  progress.removal = step_of(in, "removal");
  progress.pull_started_at = instant_of(in, "pullStartedAt");
  progress.pull_stopped_at = instant_of(in, "pullStoppedAt");
  progress.started_at = instant_of(in, "startedAt");
  progress.stopping_at = instant_of(in, "stoppingAt");
  progress.execution_stopped_at = instant_of(in, "executionStoppedAt");
  progress.stopped_at = instant_of(in, "stoppedAt");
  progress.stop_code = text_of(in, "stopCode");
  progress.stopped_reason = text_of(in, "stoppedReason");
  progress.sequence = number_of(in, "sequence");
  if (progress.task_arn.empty() || progress.task_id.empty()) {
    return Error{"StateUnreadable", "a task in the node's state has no name"};
  }
  return progress;
}

}  // namespace roadstead
