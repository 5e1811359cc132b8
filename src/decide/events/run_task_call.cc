#include "decide/events/run_task_call.h"

#include <boost/json.hpp>
#include <utility>

#include "aws/wire/json.h"
#include "base/id/arn.h"
#include "base/text/text.h"

namespace roadstead {

namespace json = boost::json;

namespace {

constexpr int deepest = 32;

/// The members of an SDK's request begin with a capital, those of the API do not.
json::value api_form(const json::value& value, int depth = 0) {
  if (depth > deepest) return nullptr;
  if (value.is_array()) {
    json::array out;
    for (const auto& item : value.get_array()) out.push_back(api_form(item, depth + 1));
    return out;
  }
  if (!value.is_object()) return value;
  json::object out;
  for (const auto& item : value.get_object()) {
    std::string name(item.key());
    if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') name[0] = static_cast<char>(name[0] - 'A' + 'a');
    out[name] = api_form(item.value(), depth + 1);
  }
  return out;
}

Result<ecs::RunTaskRequest> universal_call(const InvocationRow& invocation) {
  json::error_code problem;
  auto input = json::parse(invocation.input, problem);
  if (problem || !input.is_object()) return Error{"ValidationException", "The input of ecs:runTask is no JSON object."};
  auto request = TRY(from_json<ecs::RunTaskRequest>(json::serialize(api_form(input))));
  if (request.task_definition.empty()) return Error{"ValidationException", "The input of ecs:runTask has no TaskDefinition."};
  if (!request.started_by) request.started_by = invocation.started_by;
  return request;
}

template <class To, class From>
std::optional<To> same_word(const std::optional<From>& from) {
  if (!from) return std::nullopt;
  return parse_enum<To>(to_string(*from));
}

std::optional<ecs::NetworkConfiguration> network_of(const events::EcsParameters& from) {
  if (!from.network_configuration || !from.network_configuration->awsvpc_configuration) return std::nullopt;
  const auto& vpc = *from.network_configuration->awsvpc_configuration;
  ecs::NetworkConfiguration out;
  auto& made = out.awsvpc_configuration.emplace();
  made.subnets = vpc.subnets;
  made.security_groups = vpc.security_groups;
  made.assign_public_ip = same_word<ecs::AssignPublicIp>(vpc.assign_public_ip);
  return out;
}

void add_placement(const events::EcsParameters& from, ecs::RunTaskRequest& out) {
  if (from.capacity_provider_strategy) {
    auto& items = out.capacity_provider_strategy.emplace();
    for (const auto& item : *from.capacity_provider_strategy) {
      items.push_back({.capacity_provider = item.capacity_provider, .weight = item.weight.value_or(0), .base = item.base.value_or(0)});
    }
  }
  if (from.placement_constraints) {
    auto& items = out.placement_constraints.emplace();
    for (const auto& item : *from.placement_constraints) {
      items.push_back({.type = same_word<ecs::PlacementConstraintType>(item.type), .expression = item.expression});
    }
  }
  if (from.placement_strategy) {
    auto& items = out.placement_strategy.emplace();
    for (const auto& item : *from.placement_strategy) {
      items.push_back({.type = same_word<ecs::PlacementStrategyType>(item.type), .field = item.field});
    }
  }
}

}  // namespace

bool runs_tasks(const events::Target& target) {
  if (target.arn == run_task_target) return true;
  auto arn = parse_arn(target.arn);
  return arn && arn->service == "ecs" && arn->resource_type() == "cluster";
}

Result<ecs::RunTaskRequest> run_task_call(const InvocationRow& invocation) {
  if (invocation.target.arn == run_task_target) return universal_call(invocation);
  if (!invocation.target.ecs_parameters) return Error{"ValidationException", "The target has no EcsParameters."};
  const auto& from = *invocation.target.ecs_parameters;
  ecs::RunTaskRequest out;
  out.cluster = invocation.target.arn;
  out.task_definition = from.task_definition_arn;
  out.count = from.task_count;
  out.launch_type = same_word<ecs::LaunchType>(from.launch_type);
  out.network_configuration = network_of(from);
  out.platform_version = from.platform_version;
  out.group = from.group;
  out.enable_ecs_managed_tags = from.enable_ecs_managed_tags;
  out.enable_execute_command = from.enable_execute_command;
  out.propagate_tags = same_word<ecs::PropagateTags>(from.propagate_tags);
  out.reference_id = from.reference_id;
  out.started_by = invocation.started_by;
  add_placement(from, out);
  if (from.tags) {
    auto& tags = out.tags.emplace();
    for (const auto& tag : *from.tags) tags.push_back({.key = tag.key, .value = tag.value});
  }
  // Whatever else the input holds is not for ECS: an event as it is runs the task without overrides.
  auto overrides = TRY(from_json<ecs::TaskOverride>(invocation.input));
  if (overrides != ecs::TaskOverride{}) out.overrides = std::move(overrides);
  return out;
}

}  // namespace roadstead
