#include "agent/endpoint/task_view.h"

#include <algorithm>

namespace roadstead {
namespace {

bool is_whole(const AgentCore::HostedTask& task) {
  return task.row != nullptr && task.definition != nullptr && task.progress && task.progress->removal != Step::done;
}

TaskView view_of(const AgentCore& core, const AgentCore::HostedTask& task) {
  TaskView view{
      .settings = core.settings(),
      .row = task.row,
      .definition_row = task.definition,
      .rules = task.rules,
      .progress = *task.progress,
      .joined = task.joined,
      .images = {},
  };
  for (const auto& [name, image] : task.images) view.images[name] = image.config;
  return view;
}

}  // namespace

std::string TaskView::role_arn() const {
  if (row->overrides && row->overrides->task_role_arn) return *row->overrides->task_role_arn;
  return definition().task_role_arn.value_or("");
}

const ContainerProgress* TaskView::container_of(std::string_view id) const {
  auto found = std::ranges::find(progress.containers, id, &ContainerProgress::runtime_id);
  return found == progress.containers.end() || id.empty() ? nullptr : &*found;
}

std::optional<TaskView> find_asking_task(const AgentCore& core, std::string_view address) {
  if (address.empty()) return std::nullopt;
  // A row's address counts until the network was asked again after a restart: the kernel still has what it had before.
  const AgentCore::HostedTask* joined = nullptr;
  const AgentCore::HostedTask* promised = nullptr;
  int joined_count = 0;
  int promised_count = 0;
  core.for_each([&](const AgentCore::HostedTask& task) {
    if (!is_whole(task)) return;
    if (task.joined) {
      if (task.joined->address != address) return;
      joined = &task;
      ++joined_count;
    } else if (task.row->network && task.row->network->private_ip == address) {
      promised = &task;
      ++promised_count;
    }
  });
  if (joined_count == 1) return view_of(core, *joined);
  if (joined_count == 0 && promised_count == 1) return view_of(core, *promised);
  return std::nullopt;
}

std::optional<TaskView> find_task_view(const AgentCore& core, const std::string& task_id) {
  const AgentCore::HostedTask* task = core.find_by_id(task_id);
  if (task == nullptr || !is_whole(*task)) return std::nullopt;
  return view_of(core, *task);
}

}  // namespace roadstead
