#include "exec_orders.h"

#include <boost/json.hpp>
#include <future>
#include <memory>
#include <vector>

#include "base/observe/log.h"
#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "services/ecs/exec/exec.h"
#include "services/ecs/lookup.h"
#include "store/tx/tx.h"

namespace roadstead {

namespace {

namespace json = boost::json;

/// The one task whose id begins with `reference`, or whose ARN it is. Errors: NotFound, Ambiguous.
Result<TaskRow> find_any_task(const Reader& rows, const std::string& reference) {
  if (auto exact = rows.find<TaskRow>(reference)) return *exact;
  std::vector<TaskRow> found;
  rows.for_each<TaskRow>([&](const TaskRow& task) {
    bool named = !reference.empty() && task.task_id.starts_with(reference);
    if (named && task.last_status != TaskStatus::stopped) found.push_back(task);
  });
  if (found.empty()) return Error{"NotFound", cat("There is no running task ", reference, ". `roadstead status` lists them.")};
  if (found.size() > 1) return Error{"Ambiguous", cat(found.size(), " tasks begin with ", reference, ". Give more of the id.")};
  return found.front();
}

ExecOrder order_of(const Reader& rows, const ExecSessionRow& session) {
  ExecOrder order{.session_id = session.session_id, .container = {"", session.container_name}, .command = session.command};
  order.interactive = session.interactive;
  std::string runtime_id;
  if (auto task = rows.find<TaskRow>(session.task_arn)) {
    order.container.task_id = task->task_id;
    for (const auto& container : task->containers) {
      if (container.name == session.container_name) runtime_id = container.runtime_id.value_or("");
    }
  }
  order.target = cat("ecs:", ecs::last_part(session.cluster_arn), '_', order.container.task_id, '_', runtime_id);
  return order;
}

HttpResponse json_answer(int status, const json::value& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = json::serialize(body)};
}

}  // namespace

ExecSession::Open exec_opener(Transactor& transactor) {
  return [&transactor](const std::string& session_id, const std::string& token) -> Result<ExecOrder> {
    auto order = std::make_shared<ExecOrder>();
    std::promise<Status> promise;
    auto outcome = promise.get_future();
    transactor.submit(
        [order, session_id, token](Tx& tx) -> Status {
          auto session = TRY(ecs::open_exec_session(tx, session_id, token));
          *order = order_of(tx, session);
          return Done{};
        },
        [&promise](Status status) { promise.set_value(std::move(status)); }
    );
    auto status = outcome.get();
    if (!status) return status.error();
    return *order;
  };
}

std::function<void(const std::string& session_id)> exec_closer(Transactor& transactor) {
  return [&transactor](const std::string& session_id) {
    transactor.submit([session_id](Tx& tx) { return ecs::close_exec_session(tx, session_id); }, {});
  };
}

void forget_exec_sessions(Transactor& transactor) {
  transactor.submit([](Tx& tx) { return ecs::forget_exec_sessions(tx); }, {});
}

void answer_exec_request(
    Transactor& transactor, const Caller& owner, std::map<std::string, std::string> parameters, const HttpResponder& respond
) {
  auto session = std::make_shared<ecs::Session>();
  auto work = [session, owner, parameters = std::move(parameters)](Tx& tx) mutable -> Status {
    auto task = TRY(find_any_task(tx, parameters["task"]));
    ecs::ExecuteCommandRequest request;
    request.cluster = task.cluster_arn;
    request.task = task.task_arn;
    request.command = parameters["command"];
    request.interactive = parameters["interactive"] == "true";
    if (auto name = parameters["container"]; !name.empty()) request.container = name;
    auto answer = TRY(ecs::make_exec_session(tx, owner, request));
    *session = answer.session.value_or(ecs::Session{});
    return Done{};
  };
  transactor.submit(std::move(work), [session, respond](const Status& status) {
    if (!status) {
      int code = status.error().code == "NotFound" ? 404 : 400;
      return respond(json_answer(code, json::object{{"code", status.error().code}, {"message", status.error().message}}));
    }
    respond(json_answer(200, json::object{{"session_id", session->session_id.value_or("")},
                                          {"token", session->token_value.value_or("")}}));
  });
}

}  // namespace roadstead
