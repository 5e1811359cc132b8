#include "agent/endpoint/task_endpoints.h"

#include <algorithm>
#include <boost/json.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "agent/endpoint/metadata.h"
#include "agent/endpoint/plain_json.h"
#include "base/data/encode.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "decide/placement/node_room.h"
#include "io/file.h"

namespace roadstead {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// Clients look for new keys when fewer than fifteen minutes are left; AWS renews them long before.
constexpr Duration renewed_before = 1h;
constexpr std::size_t most_remembered = 2000;
constexpr Duration reading_kept = 10min;
constexpr int most_minutes = 2880;

HttpResponse json_response(int status, const json::value& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = serialize_plain(body)};
}

HttpResponse credentials_refusal(int status, std::string_view code, std::string_view message) {
  return json_response(status, json::object{{"code", code}, {"message", message}, {"HTTPErrorCode", status}});
}

HttpResponse protection_refusal(int status, const std::string& arn, std::string_view code, std::string_view message) {
  json::object error;
  if (!arn.empty()) error["Arn"] = arn;
  error["Code"] = code;
  error["Message"] = message;
  return json_response(status, json::object{{"error", std::move(error)}});
}

/// The address of "192.0.2.1:40000".
std::string_view address_of(std::string_view remote) { return remote.substr(0, remote.rfind(':')); }

int status_of(const Error& error) {
  if (error.code == "RequestCanceled") return 504;
  if (error.code == "ServerException") return 500;
  if (error.code == "AccessDeniedException") return 403;
  if (error.code == "ResourceNotFoundException") return 404;
  return 400;
}

std::string not_found_text(std::string_view version, std::string_view what, std::string_view id) {
  return cat(version == "v3" ? "V3 " : "V4 ", what, " handler: unable to get container ID from request: unable to get docker ID ",
             "from v3 endpoint ID: ", id);
}

/// What a body of PUT …/task-protection/v1/state asks for. Errors: InvalidParameterException with AWS's texts.
Result<ProtectionChange> parse_protection(const std::string& body) {
  Error undecodable{"InvalidParameterException", "UpdateTaskProtection: failed to decode request"};
  boost::system::error_code problem;
  auto parsed = json::parse(body, problem);
  if (problem || !parsed.is_object()) return undecodable;
  ProtectionChange change;
  bool told = false;
  for (const auto& member : parsed.as_object()) {
    if (member.key() == "ProtectionEnabled" && member.value().is_bool()) {
      change.enabled = member.value().as_bool();
      told = true;
    } else if (member.key() == "ExpiresInMinutes" && member.value().is_int64()) {
      auto minutes = member.value().as_int64();
      if (minutes < 1 || minutes > most_minutes) {
        return Error{"InvalidParameterException", "expiresInMinutes must be between 1 and 2880."};
      }
      change.minutes = static_cast<int>(minutes);
    } else if (!member.value().is_null()) {
      return undecodable;
    }
  }
  if (!told) return Error{"InvalidParameterException", "Invalid request: does not contain 'ProtectionEnabled' field"};
  return change;
}

}  // namespace

/// A request with what its path says and the task that it comes from.
struct TaskEndpoints::Asked {
  const HttpRequest& http;
  std::vector<std::string_view> path;  // "v4", "<id>", "task", …
  std::string_view query;
  std::optional<TaskView> task;

  std::string_view part(std::size_t at) const { return at < path.size() ? path[at] : std::string_view(); }

  const ContainerProgress* container() const { return task ? task->container_of(part(1)) : nullptr; }
};

TaskEndpoints::TaskEndpoints(Deps deps)
    : deps_(std::move(deps)),
      requests_(deps_.metrics.counter("roadstead_task_endpoint_requests", "Requests that containers sent to 169.254.170.2")),
      refused_(deps_.metrics.counter("roadstead_task_endpoint_throttled", "Requests of containers that came too fast")),
      workers_("endpoint", 2, 1000) {}

TaskEndpoints::~TaskEndpoints() = default;

void TaskEndpoints::serve(HttpRequest request, HttpResponder respond) {
  requests_.add();
  {
    std::lock_guard lock(mutex_);
    if (!limit_.take(std::string(address_of(request.remote)), deps_.clock.now())) {
      refused_.add();
      return respond({.status = 429, .headers = {{"Content-Type", "application/json"}}, .body = "\"Too Many Requests\""});
    }
  }
  auto shared = std::make_shared<HttpRequest>(std::move(request));
  if (!workers_.try_submit([this, shared, respond] { respond(answer(*shared)); })) {
    respond({.status = 503, .headers = {}, .body = {}});
  }
}

HttpResponse TaskEndpoints::answer(const HttpRequest& request) {
  Asked asked{.http = request, .path = {}, .query = {}, .task = who_asks(address_of(request.remote))};
  std::string_view target = request.target;
  if (auto question = target.find('?'); question != std::string_view::npos) {
    asked.query = target.substr(question + 1);
    target = target.substr(0, question);
  }
  for (auto part : split(target, '/')) {
    if (!part.empty()) asked.path.push_back(part);
  }
  auto first = asked.part(0);
  if (first == "api" && asked.part(2) == "task-protection" && asked.part(3) == "v1" && asked.part(4) == "state") {
    return answer_protection(asked);
  }
  if (request.method != "GET") return {.status = 405, .headers = {{"Allow", "GET"}}, .body = {}};
  bool credentials = (first == "v2" || first == "v1") && asked.part(1) == "credentials";
  if (credentials) return answer_credentials(asked);
  bool metadata = first == "v4" || first == "v3" || first == "v2";
  return metadata ? answer_metadata(asked) : json_response(404, json::value("404 page not found"));
}

std::optional<TaskView> TaskEndpoints::who_asks(std::string_view address) {
  std::optional<TaskView> view;
  // The core may be shown after inspect has given up: it must not write to what is gone then.
  auto found = std::make_shared<std::optional<TaskView>>();
  std::string from(address);
  if (deps_.inspect([found, from](const AgentCore& core) { *found = find_asking_task(core, from); })) view = *found;
  return view;
}

HttpResponse TaskEndpoints::answer_metadata(const Asked& asked) {
  auto version = asked.part(0) == "v4" ? MetadataVersion::v4 : MetadataVersion::v3;
  if (asked.part(0) == "v2") {
    // Version 2 has no ids: the address says it all.
    if (!asked.task) return json_response(404, json::value("Unable to get task ARN from request"));
    if (asked.part(1) == "stats") return answer_usage(asked, nullptr);
    if (asked.part(1) != "metadata") return json_response(404, json::value("404 page not found"));
    return json_response(200, render_task_metadata(*asked.task, surroundings_of(*asked.task, nullptr), version, false));
  }
  std::string rest;
  for (std::size_t at = 2; at < asked.path.size(); ++at) rest += cat(rest.empty() ? "" : "/", asked.path[at]);
  const ContainerProgress* container = asked.container();
  bool usage = rest == "stats" || rest == "task/stats";
  bool whole = rest == "task" || rest == "taskWithTags";
  if (container == nullptr) {
    std::string what = rest == "stats"        ? "container stats"
                       : rest == "task/stats" ? "task stats"
                       : whole                ? "task metadata"
                                              : "container metadata";
    return json_response(404, json::value(not_found_text(asked.part(0), what, asked.part(1))));
  }
  if (usage) return answer_usage(asked, rest == "stats" ? container : nullptr);
  if (rest.starts_with("associations/")) {
    json::array ids;
    if (rest == "associations/gpu") {
      for (const auto& id : share_of_gpus(*asked.task->row, asked.task->definition(), container->name)) ids.emplace_back(id);
    }
    return json_response(200, json::object{{"Associations", std::move(ids)}});
  }
  Error failure;
  auto where = surroundings_of(*asked.task, &failure);
  if (rest.empty()) return json_response(200, render_container_metadata(*asked.task, *container, where, version));
  if (!whole) return json_response(404, json::value("404 page not found"));
  auto document = render_task_metadata(*asked.task, where, version, rest == "taskWithTags");
  if (rest == "taskWithTags" && !failure.code.empty()) {
    json::object error{{"ErrorField", "TaskTags"},   {"ErrorCode", failure.code}, {"ErrorMessage", failure.message},
                       {"StatusCode", status_of(failure)}, {"ResourceARN", asked.task->row->task_arn}};
    document["Errors"] = json::array{std::move(error)};
  }
  return json_response(200, document);
}

TaskSurroundings TaskEndpoints::surroundings_of(const TaskView& task, Error* failure) {
  auto where = deps_.services.surroundings(task.row->task_arn);
  if (where) return *where;
  // A control plane that is away takes nothing from a task but what only it knows.
  if (failure != nullptr) *failure = where.error();
  return {};
}

std::optional<UsageReading> TaskEndpoints::read_usage(const TaskView& task, const ContainerProgress& container) {
  if (container.state.phase != ContainerPhase::running) return std::nullopt;
  auto usage = deps_.runtime.container_usage({task.row->task_id, container.name});
  if (!usage) return std::nullopt;
  UsageReading reading{.at = deps_.clock.now(), .usage = *usage};
  if (auto stat = read_file("/proc/stat")) reading.system_cpu_nanos = parse_system_cpu(*stat);
  if (task.joined && !task.joined->host_interface.empty()) {
    auto devices = read_file("/proc/thread-self/net/dev");
    if (devices) reading.network = parse_counters(*devices, task.joined->host_interface);
  }
  return reading;
}

HttpResponse TaskEndpoints::answer_usage(const Asked& asked, const ContainerProgress* container) {
  const TaskView& task = *asked.task;
  auto render = [&](const ContainerProgress& one) -> json::value {
    auto reading = read_usage(task, one);
    if (!reading) return nullptr;
    UsageSubject subject{.id = docker_id(task, one), .name = docker_name(task, one)};
    subject.processors = std::max(1U, std::thread::hardware_concurrency());
    const auto* definition = find_container(task.definition(), one.name);
    auto memory = definition != nullptr && definition->memory ? *definition->memory
                                                              : to_number<int>(task.row->memory.value_or("")).value_or(0);
    subject.memory_limit = static_cast<std::uint64_t>(memory) << 20;
    std::optional<UsageReading> before;
    {
      std::lock_guard lock(mutex_);
      if (readings_.size() > most_remembered) {
        std::erase_if(readings_, [&](const auto& entry) { return entry.second.at + reading_kept < reading->at; });
      }
      if (auto known = readings_.find(one.runtime_id); known != readings_.end()) before = known->second;
      readings_[one.runtime_id] = *reading;
    }
    return render_usage(subject, *reading, before);
  };
  if (container != nullptr) return json_response(200, render(*container));
  json::object all;
  for (const auto& one : task.progress.containers) all[docker_id(task, one)] = render(one);
  return json_response(200, all);
}

Result<RoleCredentials> TaskEndpoints::credentials_of(const TaskView& task) {
  const auto& arn = task.row->task_arn;
  auto role = task.role_arn();
  auto good = [&]() -> std::optional<RoleCredentials> {
    std::lock_guard lock(mutex_);
    auto known = credentials_.find(arn);
    if (known == credentials_.end() || known->second.role_arn != role) return std::nullopt;
    if (known->second.expires_at - renewed_before <= deps_.clock.now()) return std::nullopt;
    return known->second;
  };
  if (auto known = good()) return *known;
  std::lock_guard issuing(issuing_);
  if (auto known = good()) return *known;
  auto issued = TRY(deps_.services.issue_credentials(arn, role));
  std::lock_guard lock(mutex_);
  std::erase_if(credentials_, [&](const auto& entry) { return entry.second.expires_at <= deps_.clock.now(); });
  credentials_[arn] = issued;
  return issued;
}

HttpResponse TaskEndpoints::answer_credentials(const Asked& asked) {
  bool first_version = asked.part(0) == "v1";
  std::string_view prefix = first_version ? "CredentialsV1Request: " : "CredentialsV2Request: ";
  std::string id(asked.part(2));
  if (first_version) {
    id = asked.query.starts_with("id=") ? percent_decode(asked.query.substr(3), true).value_or("") : "";
  }
  if (id.empty()) return credentials_refusal(400, "NoIdInRequest", cat(prefix, "No Credential ID in the request"));
  bool own = asked.task && asked.task->container_of(id) != nullptr && !asked.task->role_arn().empty();
  if (!own) return credentials_refusal(400, "InvalidIdInRequest", cat(prefix, "Credentials not found"));
  auto credentials = credentials_of(*asked.task);
  if (!credentials) {
    log_warning("task_credentials_not_issued", {{"task", asked.task->row->task_arn}, {"why", credentials.error().message}});
    return credentials_refusal(503, "CredentialsUninitialized", cat(prefix, "Credentials uninitialized for ID"));
  }
  return json_response(200, json::object{{"RoleArn", credentials->role_arn},
                                         {"AccessKeyId", credentials->access_key_id},
                                         {"SecretAccessKey", credentials->secret_access_key},
                                         {"Token", credentials->session_token},
                                         {"Expiration", format_iso8601(credentials->expires_at)}});
}

HttpResponse TaskEndpoints::answer_protection(const Asked& asked) {
  if (asked.container() == nullptr) {
    return protection_refusal(404, "", "ResourceNotFoundException", "Failed to find a task for the request");
  }
  const auto& arn = asked.task->row->task_arn;
  if (asked.task->role_arn().empty()) {
    return protection_refusal(
        403, arn, "AccessDeniedException", "Invalid Request: no task IAM role credentials available for task"
    );
  }
  bool put = asked.http.method == "PUT";
  if (!put && asked.http.method != "GET") return {.status = 405, .headers = {{"Allow", "GET, PUT"}}, .body = {}};
  Result<ProtectionAnswer> outcome = ProtectionAnswer{};
  if (put) {
    auto change = parse_protection(asked.http.body);
    if (!change) return protection_refusal(400, arn, change.error().code, change.error().message);
    outcome = deps_.services.protect(arn, *change);
  } else {
    outcome = deps_.services.protection(arn);
  }
  if (!outcome) return protection_refusal(status_of(outcome.error()), arn, outcome.error().code, outcome.error().message);
  if (!outcome->failure_reason.empty()) {
    json::object failure{{"Arn", arn}, {"Reason", outcome->failure_reason}};
    if (!outcome->failure_detail.empty()) failure["Detail"] = outcome->failure_detail;
    return json_response(200, json::object{{"failure", std::move(failure)}});
  }
  json::object protection;
  if (outcome->expires_at) protection["ExpirationDate"] = format_iso8601(*outcome->expires_at, true);
  protection["ProtectionEnabled"] = outcome->enabled;
  protection["TaskArn"] = arn;
  return json_response(200, json::object{{"protection", std::move(protection)}});
}

}  // namespace roadstead
