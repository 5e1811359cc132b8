#include "agent/usage/usage_meter.h"

namespace roadstead {

std::vector<TaskUsage> UsageMeter::take(const std::vector<RunningTask>& tasks, Instant now) {
  std::vector<TaskUsage> out;
  std::map<std::string, Account> accounts;
  for (const auto& task : tasks) {
    auto sample = runtime_.task_usage(task.task_id);
    if (!sample) continue;
    accounts[task.task_id] = {now, sample->cpu_nanos};
    auto known = last_.find(task.task_id);
    if (known == last_.end() && !looked_) continue;
    auto before = known == last_.end() ? Account{task.started_at, 0} : known->second;
    if (now <= before.at || sample->cpu_nanos < before.cpu_nanos) continue;
    double nanos = static_cast<double>((now - before.at).count()) * 1000;
    double memory = static_cast<double>(sample->memory_bytes) - static_cast<double>(sample->memory_cache_bytes);
    out.push_back({.task_arn = task.task_arn,
                   .processors = static_cast<double>(sample->cpu_nanos - before.cpu_nanos) / nanos,
                   .memory_bytes = memory > 0 ? memory : 0});
  }
  looked_ = true;
  last_ = std::move(accounts);
  return out;
}

std::vector<RunningTask> running_tasks_of(const Reader& rows, const std::string& node_id) {
  std::vector<RunningTask> out;
  rows.for_each(TaskRowIndex::present_by_node, node_id, [&](const TaskRow& task) {
    if (task.last_status != TaskStatus::running || !task.service_arn || !task.started_at) return;
    out.push_back({task.task_id, task.task_arn, *task.started_at});
  });
  return out;
}

}  // namespace roadstead
