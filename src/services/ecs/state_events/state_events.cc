#include "services/ecs/state_events/state_events.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <utility>

#include "aws/wire/json.h"
#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/events/dispatch.h"
#include "services/ecs/instances/instances.h"
#include "services/ecs/state_events/service_actions.h"
#include "services/ecs/tasks/tasks.h"

namespace roadstead::ecs {

namespace json = boost::json;

namespace {

/// A time as events write it: with milliseconds.
std::string event_time(Instant at) { return format_iso8601(at, true); }

/// Times of the API are numbers of seconds in members called …At; those of events are texts.
void write_times_out(json::value& value) {
  if (value.is_array()) {
    for (auto& item : value.get_array()) write_times_out(item);
  }
  if (!value.is_object()) return;
  for (auto& item : value.get_object()) {
    std::string_view name(item.key().data(), item.key().size());
    if (name.ends_with("At") && item.value().is_number()) {
      item.value() = event_time(Instant::from_millis(static_cast<std::int64_t>(item.value().to_number<double>() * 1000 + 0.5)));
    } else {
      write_times_out(item.value());
    }
  }
}

template <class Shape>
json::object detail_of(const Shape& shape) {
  auto value = json::parse(to_json(shape));
  write_times_out(value);
  return std::move(value.get_object());
}

void send(Tx& tx, std::string detail_type, const std::string& resource, json::object detail) {
  auto arn = parse_arn(resource).value_or(Arn{});
  EventEnvelope envelope{.id = new_uuid(tx.ids()), .detail_type = std::move(detail_type), .source = "aws.ecs", .account = arn.account,
                         .region = arn.region, .time = tx.now(), .resources = {resource}};
  dispatch_event(tx, default_event_bus, render_event(envelope, std::move(detail)));
}

/// Whether a change is of a row that events are about: most are not.
bool is_told(const Change& change) {
  return change.is<TaskRow>() || change.is<ServiceEventRow>() || change.is<ServiceDeploymentRow>() || change.is<ContainerInstanceRow>();
}

void tell_of_task(Tx& tx, const TaskRow* before, const TaskRow& after) {
  if (before != nullptr && before->version == after.version && before->last_status == after.last_status &&
      before->desired_status == after.desired_status) {
    return;
  }
  auto task = describe_task(tx, after, false);
  task.tags.reset();
  auto detail = detail_of(task);
  for (auto& attachment : detail["attachments"].as_array()) {
    auto& type = attachment.as_object()["type"];
    if (type == "ElasticNetworkInterface") type = "eni";
  }
  detail["updatedAt"] = event_time(tx.now());
  send(tx, "ECS Task State Change", after.task_arn, std::move(detail));
}

void tell_of_instance(Tx& tx, const ContainerInstanceRow* before, const ContainerInstanceRow& after) {
  if (before != nullptr && before->version == after.version && before->status == after.status) return;
  auto instance = find_instance(tx, after.cluster_arn, after.container_instance_arn, tx.now());
  if (!instance) return;
  auto shape = describe_instance(tx, *instance);
  shape.tags.reset();
  auto detail = detail_of(shape);
  detail["clusterArn"] = after.cluster_arn;
  detail["accountType"] = "standalone";
  detail["updatedAt"] = event_time(tx.now());
  send(tx, "ECS Container Instance State Change", after.container_instance_arn, std::move(detail));
}

json::object detail_of_happening(const Tx& tx, const ServiceHappening& what) {
  json::object detail;
  detail["eventType"] = what.event_type;
  detail["eventName"] = what.event_name;
  if (!what.deployment_id.empty()) {
    detail["deploymentId"] = what.deployment_id;
    detail["updatedAt"] = event_time(tx.now());
  } else {
    detail["createdAt"] = event_time(tx.now());
  }
  if (!what.reason.empty()) detail["reason"] = what.reason;
  return detail;
}

void tell_of_service(Tx& tx, const ServiceEventRow& said) {
  auto what = service_action_of(said.message);
  auto service = tx.find<ServiceRow>(said.service_arn);
  if (!what || !service) return;
  auto detail = detail_of_happening(tx, *what);
  detail["clusterArn"] = service->cluster_arn;
  if (what->event_name == "SERVICE_DESIRED_COUNT_UPDATED") detail["desiredCount"] = service->desired_count;
  send(tx, "ECS Service Action", said.service_arn, std::move(detail));
}

json::object detail_of_hook(const Tx& tx, const ServiceDeploymentRow& deployment, const DeploymentHook& hook) {
  json::object detail;
  detail["eventName"] = cat("HOOK_", to_string(hook.status));
  detail["hookId"] = hook.hook_id;
  detail["hookType"] = "PAUSE";
  if (hook.expires_at) detail["expiresAt"] = event_time(*hook.expires_at);
  detail["lifecycleStage"] = to_string(hook.lifecycle_stage);
  detail["clusterArn"] = deployment.cluster_arn;
  detail["serviceArn"] = deployment.service_arn;
  detail["serviceDeploymentArn"] = deployment.service_deployment_arn;
  detail["updatedAt"] = event_time(tx.now());
  return detail;
}

void tell_of_deployment(Tx& tx, const ServiceDeploymentRow* before, const ServiceDeploymentRow& after) {
  for (const auto& what : deployment_changes(tx, before, after)) {
    send(tx, "ECS Deployment State Change", after.service_arn, detail_of_happening(tx, what));
  }
  for (std::size_t i = 0; i < after.hooks.size(); ++i) {
    bool known = before != nullptr && i < before->hooks.size() && before->hooks[i].status == after.hooks[i].status;
    if (!known) send(tx, "ECS Hook State Change", after.service_deployment_arn, detail_of_hook(tx, after, after.hooks[i]));
  }
}

}  // namespace

void tell_state_changes(Tx& tx, std::span<const Change> changes) {
  if (std::ranges::none_of(changes, is_told) || !has_listeners(tx, default_event_bus)) return;
  for (const auto& change : changes) {
    if (auto task = change.after_as<TaskRow>()) {
      tell_of_task(tx, change.before_as<TaskRow>().get(), *task);
    } else if (auto instance = change.after_as<ContainerInstanceRow>()) {
      tell_of_instance(tx, change.before_as<ContainerInstanceRow>().get(), *instance);
    } else if (auto said = change.after_as<ServiceEventRow>(); said && change.before == nullptr) {
      tell_of_service(tx, *said);
    } else if (auto deployment = change.after_as<ServiceDeploymentRow>()) {
      tell_of_deployment(tx, change.before_as<ServiceDeploymentRow>().get(), *deployment);
    }
  }
}

}  // namespace roadstead::ecs
