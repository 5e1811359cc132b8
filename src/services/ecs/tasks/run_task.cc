#include <algorithm>

#include "base/text/text.h"
#include "decide/placement/capacity_strategy.h"
#include "decide/tasks/new_task.h"
#include "decide/tokens/request_token.h"
#include "services/ecs/capacity/strategy_rules.h"
#include "services/ecs/lookup.h"
#include "services/ecs/task_definitions/definition_rules.h"
#include "services/ecs/tasks/task_rules.h"
#include "services/ecs/tasks/tasks.h"

namespace roadstead::ecs {

namespace {

constexpr int most_copies = 10;
constexpr std::size_t longest_token = 64;
constexpr std::size_t most_subnets = 16;
constexpr std::size_t most_security_groups = 5;

/// Where a request's tasks run: a launch type, or the providers of a strategy, of the cluster's default if need be (§5.1).
struct Capacity {
  std::optional<std::string> launch_type;
  CapacityStrategy strategy;
};

Result<Capacity> capacity_of(const Reader& rows, const Caller& who, const RunTaskRequest& in, const ClusterRow& cluster) {
  bool has_strategy = in.capacity_provider_strategy && !in.capacity_provider_strategy->empty();
  if (in.launch_type && has_strategy) {
    return invalid_parameter("Specify either Launch Type or Capacity Provider Strategy, but not both.");
  }
  if (in.launch_type == LaunchType::managed_instances) {
    return invalid_parameter("launch type should be one of [EC2,FARGATE,EXTERNAL]");
  }
  if (in.launch_type) return Capacity{.launch_type = std::string(to_string(*in.launch_type)), .strategy = {}};
  const auto& strategy = has_strategy ? *in.capacity_provider_strategy : cluster.default_capacity_provider_strategy;
  if (strategy.empty()) return Capacity{.launch_type = "EC2", .strategy = {}};
  TRY(check_strategy(rows, who, strategy, cluster.capacity_providers));
  return Capacity{.launch_type = std::string(launch_type_of_provider(strategy.front().capacity_provider)), .strategy = strategy};
}

Status check_launch(const Reader& rows, const RunTaskRequest& in, const TaskDefinitionRow& definition, const Capacity& capacity) {
  if (definition.status != "ACTIVE") return client_error("TaskDefinition is inactive");
  bool fargate = capacity.launch_type == "FARGATE";
  const auto& fits = *definition.definition.compatibilities;
  if (fargate && std::ranges::find(fits, Compatibility::fargate) == fits.end()) {
    return invalid_parameter("Task definition does not support launch_type FARGATE.");
  }
  TRY(check_platform(in.platform_version, fargate, definition.definition));
  bool placed = (in.placement_constraints && !in.placement_constraints->empty()) || (in.placement_strategy && !in.placement_strategy->empty());
  if (fargate && placed) return invalid_parameter("Placement constraints and strategies are not supported with FARGATE launch type.");
  TRY(check_overrides(definition.definition, in.overrides, fargate));
  TRY(check_placement(in.placement_constraints, in.placement_strategy));
  std::size_t constraints = definition.definition.placement_constraints->size() + (in.placement_constraints ? in.placement_constraints->size() : 0);
  if (constraints > 10) return invalid_parameter("A task has at most 10 placement constraints, those of its task definition included.");
  TRY(check_network(rows, in.network_configuration, definition.definition));
  return check_public_ip(in.network_configuration, fargate);
}

/// The answer that an earlier request with the same token got; nothing when it is new (§1.3).
Result<std::optional<RunTaskResponse>> replayed(Tx& tx, const IdempotencyRow& asked) {
  auto row = find_token(tx, asked, tx.now());
  if (!row) return std::optional<RunTaskResponse>();
  if (row->request_hash != asked.request_hash) {
    return Error{.code = "ConflictException",
                 .message = "The clientToken was already used with other parameters. Use a new token for a new request.",
                 .resource_ids = join(row->resource_arns, ",")};
  }
  RunTaskResponse out;
  out.tasks.emplace();
  out.failures.emplace();
  for (const auto& arn : row->resource_arns) {
    if (auto task = tx.find<TaskRow>(arn)) out.tasks->push_back(describe_task(tx, *task, true));
  }
  return std::optional(std::move(out));
}

Status check_request(const RunTaskRequest& in) {
  int count = in.count.value_or(1);
  if (count < 1 || count > most_copies) return invalid_parameter("count must be between 1 and 10.");
  if (in.propagate_tags == PropagateTags::service) {
    return invalid_parameter("propagateTags SERVICE is only for services; use TASK_DEFINITION or NONE.");
  }
  TRY(check_group(in.group));
  TRY(check_started_by(in.started_by));
  TRY(check_client_token(in.client_token, longest_token));
  if (in.volume_configurations && !in.volume_configurations->empty()) {
    return Error{"UnsupportedFeatureException", "Volumes configured at launch (Amazon EBS) are not supported. Use a host or docker volume."};
  }
  if (in.tags) TRY(check_tags(*in.tags));
  return Done{};
}

NewTask new_task_of(const RunTaskRequest& in, const ClusterRow& cluster, std::shared_ptr<const TaskDefinitionRow> definition,
                    const Capacity& capacity) {
  NewTask task{.cluster_arn = cluster.cluster_arn, .definition = std::move(definition)};
  task.group = in.group.value_or(cat("family:", task.definition->family));
  task.started_by = in.started_by;
  task.launch_type = capacity.launch_type;
  task.constraints = in.placement_constraints.value_or(std::vector<PlacementConstraint>{});
  task.strategies = in.placement_strategy.value_or(std::vector<PlacementStrategy>{});
  task.platform_version = in.platform_version;
  task.overrides = in.overrides;
  if (task.definition->definition.network_mode == NetworkMode::awsvpc && in.network_configuration) {
    task.network = in.network_configuration->awsvpc_configuration;
  }
  task.enable_execute_command = in.enable_execute_command.value_or(false);
  task.enable_managed_tags = in.enable_ecs_managed_tags.value_or(false);
  return task;
}

/// Each instance that was considered and what it lacked; nothing twice. FARGATE considers no instances.
void add_failures(const Placer& placer, const ClusterRow& cluster, const Error& why, bool fargate, std::vector<Failure>& failures) {
  if (fargate || placer.refusals().empty()) {
    failures.push_back({.arn = cluster.cluster_arn, .reason = why.code, .detail = why.message});
    return;
  }
  for (const auto& refusal : placer.refusals()) {
    auto same = [&](const Failure& other) { return other.arn == refusal.instance_arn && other.reason == refusal.reason; };
    if (std::ranges::any_of(failures, same)) continue;
    failures.push_back({.arn = refusal.instance_arn, .reason = refusal.reason, .detail = refusal.detail});
  }
}

/// What a newcomer needs after a refusal: there is no other operation here that tells ids of subnets.
std::string subnets_text(const Reader& rows) {
  std::vector<std::string> ids;
  rows.for_each<SubnetRow>([&](const SubnetRow& subnet) { ids.push_back(subnet.subnet_id); });
  return cat(" This installation has ", join(ids, ", "), '.');
}

std::string security_groups_text(const Reader& rows) {
  std::vector<std::string> ids;
  rows.for_each<SecurityGroupRow>([&](const SecurityGroupRow& group) { ids.push_back(cat(group.group_id, " (", group.group_name, ')')); });
  return cat(" This installation has ", join(ids, ", "), '.');
}

}  // namespace

Status check_network(const Reader& rows, const std::optional<NetworkConfiguration>& network, const TaskDefinition& definition) {
  bool awsvpc = definition.network_mode == NetworkMode::awsvpc;
  bool given = network && network->awsvpc_configuration;
  if (awsvpc && !given) {
    return invalid_parameter(cat("Network Configuration must be provided when networkMode 'awsvpc' is specified.", subnets_text(rows)));
  }
  if (!awsvpc && given) {
    return invalid_parameter("Network Configuration is not valid for the given networkMode of this task definition.");
  }
  if (!given) return Done{};
  const auto& vpc = *network->awsvpc_configuration;
  if (vpc.subnets.empty()) return invalid_parameter(cat("subnets can not be empty.", subnets_text(rows)));
  if (vpc.subnets.size() > most_subnets) return invalid_parameter("subnets can have at most 16 items.");
  if (vpc.security_groups && vpc.security_groups->size() > most_security_groups) return invalid_parameter("securityGroups can have at most 5 items.");
  for (const auto& id : vpc.subnets) {
    if (rows.contains<SubnetRow>(id)) continue;
    return invalid_parameter(cat("Error retrieving subnet information for [", id, "]: The subnet ID '", id,
                                 "' does not exist (ErrorCode: InvalidSubnetID.NotFound)", subnets_text(rows)));
  }
  for (const auto& id : vpc.security_groups.value_or(std::vector<std::string>{})) {
    if (rows.contains<SecurityGroupRow>(id)) continue;
    return invalid_parameter(cat("Error retrieving security group information for [", id, "]: The security group '", id,
                                 "' does not exist (ErrorCode: InvalidGroup.NotFound)", security_groups_text(rows)));
  }
  return Done{};
}

/// Starts up to `count` copies of a task definition; copies that find no place are reported in failures[], not refused.
/// Errors: ClusterNotFoundException; ClientException for an unknown or inactive definition; InvalidParameterException, also
/// for a cluster without a container instance;
/// ConflictException for a reused client token. Source: reference/ecs-core.md §1.8.
Result<RunTaskResponse> run_task(Tx& tx, const Caller& who, const RunTaskRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  TRY(check_request(in));
  auto token = token_of("RunTask", cluster->cluster_arn, in);
  if (auto answer = TRY(replayed(tx, token))) return std::move(*answer);
  auto definition = find_task_definition(tx, who, in.task_definition);
  if (!definition) return client_error("TaskDefinition not found.");
  auto capacity = TRY(capacity_of(tx, who, in, *cluster));
  TRY(check_launch(tx, in, *definition, capacity));
  RunTaskResponse out;
  auto& tasks = out.tasks.emplace();
  auto& failures = out.failures.emplace();
  auto tags = tags_for_task(
      tx, {in.tags.value_or(std::vector<Tag>{}), in.propagate_tags, in.enable_ecs_managed_tags.value_or(false)}, *definition, *cluster
  );
  ProviderCounts counts;
  std::vector<std::string> started;
  Placer placer(tx, cluster->cluster_arn);
  for (int copy = 0; copy < in.count.value_or(1); ++copy) {
    auto wanted = new_task_of(in, *cluster, definition, capacity);
    if (!tags.empty()) wanted.tags = tags;
    if (!capacity.strategy.empty()) wanted.capacity_provider = choose_provider(capacity.strategy, counts);
    auto task = create_task(tx, std::move(wanted), placer);
    if (!task) {
      if (task.error().code == "InvalidParameterException") return task.error();
      add_failures(placer, *cluster, task.error(), capacity.launch_type == "FARGATE", failures);
      continue;
    }
    tasks.push_back(describe_task(tx, *task.value(), true));
    if (task.value()->capacity_provider_name) ++counts[*task.value()->capacity_provider_name];
    started.push_back(task.value()->task_arn);
  }
  keep_token(tx, std::move(token), std::move(started));
  return out;
}

/// Wants a task stopped and returns it at once; a stopped one is returned unchanged.
Result<StopTaskResponse> stop_task(Tx& tx, const Caller& who, const StopTaskRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  auto task = find_task(tx, who, cluster->cluster_arn, in.task);
  if (!task) return invalid_parameter("The referenced task was not found.");
  want_stopped(tx, task->task_arn, TaskStopCode::user_initiated, in.reason.value_or("Task stopped by user"));
  return StopTaskResponse{.task = describe_task(tx, *tx.find<TaskRow>(task->task_arn), false)};
}

}  // namespace roadstead::ecs
