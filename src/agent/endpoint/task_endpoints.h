// The endpoints that containers find at 169.254.170.2: metadata, keys of the task role, task protection.
//
//   container ─► 169.254.170.2:80 ─(nftables)─► HttpServer ─► who asks? ─► its own task's view ─► answer
//
// Who asks is told by the connection's source address alone, which the kernel does not let a task choose (see
// sandbox/filter/ruleset.h); the id in the path only says which container of that task is meant. So no id, known or
// guessed, opens another task's data, and a restart of the server changes nothing: addresses stay.
// `serve` runs on network threads and does not block; two threads of its own make the answers. Needs no record on disk.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/agent_core.h"
#include "agent/endpoint/rate_limit.h"
#include "agent/endpoint/task_services.h"
#include "agent/endpoint/task_view.h"
#include "agent/endpoint/usage.h"
#include "agent/runtime/port.h"
#include "base/observe/metrics.h"
#include "io/worker_pool.h"
#include "net/http.h"

namespace roadstead {

class TaskEndpoints {
 public:
  struct Deps {
    /// NodeAgent::inspect: shows the core on its own thread; false when the agent has ended.
    std::function<bool(const std::function<void(const AgentCore&)>&)> inspect;
    Runtime& runtime;
    TaskServices& services;
    const Clock& clock;
    Metrics& metrics;
  };

  explicit TaskEndpoints(Deps deps);

  /// Ends its threads; requests under way are answered.
  ~TaskEndpoints();
  TaskEndpoints(const TaskEndpoints&) = delete;
  TaskEndpoints& operator=(const TaskEndpoints&) = delete;

  /// Answers one request of a container. Any thread; does not block.
  void serve(HttpRequest request, HttpResponder respond);

  /// The answer itself. Blocks; for tests and for the threads.
  HttpResponse answer(const HttpRequest& request);

 private:
  struct Asked;

  std::optional<TaskView> who_asks(std::string_view address);
  HttpResponse answer_metadata(const Asked& asked);
  HttpResponse answer_usage(const Asked& asked, const ContainerProgress* container);
  HttpResponse answer_credentials(const Asked& asked);
  HttpResponse answer_protection(const Asked& asked);
  Result<RoleCredentials> credentials_of(const TaskView& task);
  TaskSurroundings surroundings_of(const TaskView& task, Error* failure);
  std::optional<UsageReading> read_usage(const TaskView& task, const ContainerProgress& container);

  Deps deps_;
  Counter& requests_;
  Counter& refused_;

  std::mutex mutex_;  // guards the following; never held while something is asked
  RateLimit limit_;
  std::map<std::string, RoleCredentials> credentials_;  // by task ARN
  std::map<std::string, UsageReading> readings_;        // by runtime id

  std::mutex issuing_;  // one asks for new keys at a time
  WorkerPool workers_;
};

}  // namespace roadstead
