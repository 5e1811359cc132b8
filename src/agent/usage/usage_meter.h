// Turns the runtime's accounts of tasks, which only grow, into what each task used since the last look.
// Its owner calls it once a period, on one thread; it reads control groups and changes nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/runtime/port.h"
#include "base/time/time.h"
#include "decide/metrics/measure.h"

namespace roadstead {

/// A task to be measured.
struct RunningTask {
  std::string task_id;
  std::string task_arn;
  Instant started_at;
};

class UsageMeter {
 public:
  explicit UsageMeter(Runtime& runtime) : runtime_(runtime) {}

  /// What the tasks used since the last call, or since they were started. Tasks that the first call finds are only
  /// remembered, as their accounts are older than this process; tasks without a control group are left out.
  std::vector<TaskUsage> take(const std::vector<RunningTask>& tasks, Instant now);

 private:
  struct Account {
    Instant at;
    std::uint64_t cpu_nanos = 0;
  };

  Runtime& runtime_;
  bool looked_ = false;
  std::map<std::string, Account> last_;  // by task id
};

/// The running tasks of services on a node: those whose use is a metric.
std::vector<RunningTask> running_tasks_of(const Reader& rows, const std::string& node_id);

}  // namespace roadstead
