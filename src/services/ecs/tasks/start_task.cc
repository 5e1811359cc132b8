#include <algorithm>

#include "base/text/text.h"
#include "decide/placement/instances.h"
#include "decide/tasks/new_task.h"
#include "services/ecs/instances/instances.h"
#include "services/ecs/lookup.h"
#include "services/ecs/tasks/task_rules.h"
#include "services/ecs/tasks/tasks.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_instances = 10;

Status check_request(const StartTaskRequest& in) {
  if (in.container_instances.empty()) return client_error("Container Instances cannot be empty.");
  if (in.container_instances.size() > most_instances) return invalid_parameter("A task can be started on at most 10 container instances at once.");
  TRY(check_group(in.group));
  TRY(check_started_by(in.started_by));
  if (in.propagate_tags == PropagateTags::service) {
    return invalid_parameter("propagateTags SERVICE is only for services; use TASK_DEFINITION or NONE.");
  }
  if (in.volume_configurations && !in.volume_configurations->empty()) {
    return Error{"UnsupportedFeatureException", "Volumes configured at launch (Amazon EBS) are not supported. Use a host or docker volume."};
  }
  if (in.tags) TRY(check_tags(*in.tags));
  return Done{};
}

NewTask new_task_of(const StartTaskRequest& in, const ClusterRow& cluster, std::shared_ptr<const TaskDefinitionRow> definition) {
  NewTask task{.cluster_arn = cluster.cluster_arn, .definition = std::move(definition)};
  task.group = in.group.value_or(cat("family:", task.definition->family));
  task.started_by = in.started_by;
  task.launch_type = "EC2";
  task.overrides = in.overrides;
  if (in.network_configuration) task.network = in.network_configuration->awsvpc_configuration;
  task.enable_execute_command = in.enable_execute_command.value_or(false);
  task.enable_managed_tags = in.enable_ecs_managed_tags.value_or(false);
  return task;
}

}  // namespace

/// Starts one task on each of the instances that the request names, draining ones too: the caller has chosen. Those that
/// cannot take it are in failures[]. Source: reference/ecs-core.md §1.8.
Result<StartTaskResponse> start_task(Tx& tx, const Caller& who, const StartTaskRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  TRY(check_request(in));
  auto definition = find_task_definition(tx, who, in.task_definition);
  if (!definition) return client_error("TaskDefinition not found.");
  if (definition->status != "ACTIVE") return client_error("TaskDefinition is inactive");
  TRY(check_network(tx, in.network_configuration, definition->definition));
  TRY(check_public_ip(in.network_configuration, false));
  TRY(check_overrides(definition->definition, in.overrides, false));
  TagSources sources{in.tags.value_or(std::vector<Tag>{}), in.propagate_tags, in.enable_ecs_managed_tags.value_or(false)};
  auto tags = tags_for_task(tx, sources, *definition, *cluster);
  StartTaskResponse out;
  auto& tasks = out.tasks.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& reference : in.container_instances) {
    auto arn = instance_arn_named(who, *cluster, reference);
    auto instance = find_instance(tx, cluster->cluster_arn, arn, tx.now());
    auto wanted = new_task_of(in, *cluster, definition);
    if (!tags.empty()) wanted.tags = tags;
    auto task = instance ? create_task_on(tx, std::move(wanted), *instance) : Result<std::shared_ptr<const TaskRow>>(Error{"MISSING", ""});
    if (task) {
      tasks.push_back(describe_task(tx, *task.value(), true));
      continue;
    }
    Failure failure{.arn = arn, .reason = task.error().code};
    if (!task.error().message.empty()) failure.detail = task.error().message;
    failures.push_back(std::move(failure));
  }
  return out;
}

}  // namespace roadstead::ecs
