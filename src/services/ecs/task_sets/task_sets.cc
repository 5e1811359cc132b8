#include "services/ecs/task_sets/task_sets.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/placement/capacity_strategy.h"
#include "decide/services/task_set_plan.h"
#include "decide/tokens/request_token.h"
#include "services/ecs/capacity/strategy_rules.h"
#include "services/ecs/lookup.h"
#include "services/ecs/services/deployment_start.h"
#include "services/ecs/services/registry_rules.h"
#include "services/ecs/services/request_rules.h"
#include "services/ecs/services/service_rules.h"
#include "services/ecs/tasks/task_rules.h"
#include "services/ecs/tasks/tasks.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_sets = 5;
constexpr std::size_t longest_token = 36;

Result<std::shared_ptr<const ServiceRow>> external_service(const Reader& rows, const Caller& who, const std::string& cluster_name,
                                                           const std::string& name) {
  auto cluster = TRY(find_cluster(rows, who, cluster_name));
  auto service = find_service(rows, who, cluster->cluster_arn, name);
  if (!service) return Error{"ServiceNotFoundException", "Service not found."};
  if (service->status != "ACTIVE") return Error{"ServiceNotActiveException", "Service was not ACTIVE."};
  if (!is_external(*service)) {
    return invalid_parameter("Task sets are only for services with the deployment controller EXTERNAL.");
  }
  return service;
}

Result<std::shared_ptr<const TaskSetRow>> find_set(const Reader& rows, const ServiceRow& service, const std::string& reference) {
  for (const auto& row : rows.list(TaskSetRowIndex::by_service, service.service_arn)) {
    if (row->task_set_arn == reference || row->task_set_id == reference) return row;
  }
  return Error{"TaskSetNotFoundException", "The specified task set does not exist."};
}

Status check_scale(const std::optional<Scale>& scale) {
  auto value = scale ? scale->value.value_or(0) : 0;
  if (value >= 0 && value <= 100) return Done{};
  return invalid_parameter("The scale of a task set must be between 0 and 100 percent.");
}

/// What the set is to run, as a revision. Errors: those of the definition, the network, load balancers and capacity.
Result<ServiceRevisionRow> revision_of(Tx& tx, const Caller& who, const CreateTaskSetRequest& in, const ServiceRow& service) {
  auto definition = find_task_definition(tx, who, in.task_definition);
  if (!definition) return client_error("TaskDefinition not found.");
  bool strategy_given = in.capacity_provider_strategy && !in.capacity_provider_strategy->empty();
  if (in.launch_type && strategy_given) {
    return invalid_parameter("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.");
  }
  TRY(check_launch_type(in.launch_type));
  auto cluster = tx.find<ClusterRow>(service.cluster_arn);
  auto revision = new_revision(tx, who, service.cluster_arn, service.service_name);
  revision.task_definition_arn = definition->task_definition_arn;
  revision.deployment_status = "ACTIVE";
  if (in.launch_type) {
    revision.launch_type = to_string(*in.launch_type);
  } else {
    revision.capacity_provider_strategy = strategy_given ? *in.capacity_provider_strategy : cluster->default_capacity_provider_strategy;
    TRY(check_strategy(tx, who, revision.capacity_provider_strategy, cluster->capacity_providers));
    if (revision.capacity_provider_strategy.empty()) revision.launch_type = "EC2";
  }
  TRY(check_fits(*definition, revision));
  bool fargate = revision.launch_type == "FARGATE" || is_fargate(revision.capacity_provider_strategy);
  if (fargate) revision.platform_version = in.platform_version.value_or("LATEST");
  TRY(check_network(tx, in.network_configuration, definition->definition));
  TRY(check_runs(in.platform_version, in.network_configuration, revision, definition->definition));
  revision.network_configuration = in.network_configuration;
  revision.load_balancers = in.load_balancers.value_or(std::vector<LoadBalancer>{});
  TRY(check_load_balancers(tx, revision.load_balancers, definition->definition));
  revision.service_registries = in.service_registries.value_or(std::vector<ServiceRegistry>{});
  TRY(check_service_registries(tx, revision.service_registries, definition->definition));
  return revision;
}

/// The set that an earlier request with the same token made; null when it is new.
Result<std::shared_ptr<const TaskSetRow>> replayed(const Tx& tx, const IdempotencyRow& asked) {
  auto row = find_token(tx, asked, tx.now());
  if (!row) return std::shared_ptr<const TaskSetRow>();
  if (row->request_hash != asked.request_hash) {
    return invalid_parameter("The clientToken was already used with other parameters. Use a new token for a new request.");
  }
  return tx.find<TaskSetRow>(row->resource_arns.front());
}

struct Counts {
  int running = 0;
  int pending = 0;
};

Counts counts_of(const Reader& rows, const std::string& revision_arn) {
  Counts counts;
  rows.for_each(TaskRowIndex::unsettled_by_revision, revision_arn, [&](const TaskRow& task) {
    if (task.desired_status == roadstead::DesiredStatus::stopped) return;
    if (task.last_status == TaskStatus::running) ++counts.running;
    if (task.last_status < TaskStatus::running) ++counts.pending;
  });
  return counts;
}

}  // namespace

TaskSet describe_task_set(const Reader& rows, const TaskSetRow& row, bool with_tags) {
  TaskSet out;
  out.id = row.task_set_id;
  out.task_set_arn = row.task_set_arn;
  out.service_arn = row.service_arn;
  out.cluster_arn = row.cluster_arn;
  out.external_id = row.external_id;
  out.status = row.status;
  auto service = rows.find<ServiceRow>(row.service_arn);
  out.computed_desired_count = service ? wanted_tasks(*service, row) : 0;
  auto counts = counts_of(rows, row.service_revision_arn);
  out.running_count = counts.running;
  out.pending_count = counts.pending;
  out.created_at = row.created_at;
  out.updated_at = row.updated_at;
  Scale scale;
  scale.value = row.scale;
  scale.unit = ScaleUnit::percent;
  out.scale = scale;
  out.stability_status = row.steady ? StabilityStatus::steady_state : StabilityStatus::stabilizing;
  out.stability_status_at = row.steady_at;
  out.tags = with_tags ? tags_of(rows, row.task_set_arn) : std::vector<Tag>{};
  auto revision = rows.find<ServiceRevisionRow>(row.service_revision_arn);
  if (!revision) return out;
  out.task_definition = revision->task_definition_arn;
  out.launch_type = enum_of<LaunchType>(revision->launch_type);
  if (!revision->capacity_provider_strategy.empty()) out.capacity_provider_strategy = revision->capacity_provider_strategy;
  if (revision->platform_version) {
    out.platform_version = resolved_platform(revision->platform_version);
    out.platform_family = "Linux";
  }
  out.network_configuration = revision->network_configuration;
  out.load_balancers = revision->load_balancers;
  out.service_registries = revision->service_registries;
  return out;
}

std::vector<TaskSet> task_sets_of(const Reader& rows, const std::string& service_arn) {
  auto sets = rows.list(TaskSetRowIndex::by_service, service_arn);
  std::ranges::sort(sets, {}, [](const auto& row) { return std::tuple(row->status != "PRIMARY", row->created_at, row->task_set_arn); });
  std::vector<TaskSet> out;
  for (const auto& row : sets) out.push_back(describe_task_set(rows, *row, false));
  return out;
}

/// Errors: ServiceNotFoundException, ServiceNotActiveException, LimitExceededException beyond 5 sets, and those of what it is
/// to run. Scaled to 0 unless the request says otherwise.
Result<CreateTaskSetResponse> create_task_set(Tx& tx, const Caller& who, const CreateTaskSetRequest& in) {
  auto service = TRY(external_service(tx, who, in.cluster, in.service));
  if (in.tags) TRY(check_tags(*in.tags));
  TRY(check_scale(in.scale));
  TRY(check_client_token(in.client_token, longest_token));
  auto token = token_of("CreateTaskSet", service->service_arn, in);
  if (auto known = TRY(replayed(tx, token))) return CreateTaskSetResponse{.task_set = describe_task_set(tx, *known, true)};
  if (tx.count(TaskSetRowIndex::by_service, service->service_arn) >= most_sets) {
    return Error{"LimitExceededException", "A service has at most 5 task sets. Delete one and try again."};
  }
  auto revision = TRY(revision_of(tx, who, in, *service));
  TaskSetRow row;
  row.task_set_id = revision.deployment_id;
  row.task_set_arn = ecs_arn(who, cat("task-set/", last_part(service->cluster_arn), '/', service->service_name, '/', revision.deployment_id));
  row.service_arn = service->service_arn;
  row.cluster_arn = service->cluster_arn;
  row.service_revision_arn = revision.service_revision_arn;
  row.external_id = in.external_id;
  row.status = "ACTIVE";
  row.scale = in.scale ? in.scale->value.value_or(0) : 0;
  row.created_at = tx.now();
  row.updated_at = tx.now();
  row.steady_at = tx.now();
  tx.put(std::move(revision));
  auto stored = tx.put(std::move(row));
  if (in.tags) tx.put(ResourceTagsRow{.resource_arn = stored->task_set_arn, .tags = *in.tags});
  keep_token(tx, std::move(token), {stored->task_set_arn});
  return CreateTaskSetResponse{.task_set = describe_task_set(tx, *stored, true)};
}

Result<DescribeTaskSetsResponse> describe_task_sets(Tx& tx, const Caller& who, const DescribeTaskSetsRequest& in) {
  auto cluster = TRY(find_cluster(tx, who, in.cluster));
  auto service = find_service(tx, who, cluster->cluster_arn, in.service);
  if (!service) return Error{"ServiceNotFoundException", "Service not found."};
  bool with_tags = in.include && !in.include->empty();
  DescribeTaskSetsResponse out;
  auto& sets = out.task_sets.emplace();
  auto& failures = out.failures.emplace();
  auto references = in.task_sets.value_or(std::vector<std::string>{});
  if (references.empty()) {
    for (const auto& row : tx.list(TaskSetRowIndex::by_service, service->service_arn)) references.push_back(row->task_set_arn);
  }
  for (const auto& reference : references) {
    if (auto row = find_set(tx, *service, reference)) {
      sets.push_back(describe_task_set(tx, *row.value(), with_tags));
    } else {
      failures.push_back({.arn = reference, .reason = "MISSING"});
    }
  }
  return out;
}

Result<UpdateTaskSetResponse> update_task_set(Tx& tx, const Caller& who, const UpdateTaskSetRequest& in) {
  auto service = TRY(external_service(tx, who, in.cluster, in.service));
  auto found = TRY(find_set(tx, *service, in.task_set));
  TRY(check_scale(in.scale));
  if (found->status == "DRAINING") return invalid_parameter("The task set is being deleted and cannot be scaled.");
  auto row = tx.update<TaskSetRow>(found->task_set_arn, [&](TaskSetRow& set) {
    set.scale = in.scale.value.value_or(0);
    set.updated_at = tx.now();
  });
  return UpdateTaskSetResponse{.task_set = describe_task_set(tx, *row, true)};
}

/// Makes a set PRIMARY and the one that was ACTIVE; the service shows what its primary set runs.
Result<UpdateServicePrimaryTaskSetResponse> update_service_primary_task_set(
    Tx& tx, const Caller& who, const UpdateServicePrimaryTaskSetRequest& in
) {
  auto service = TRY(external_service(tx, who, in.cluster, in.service));
  auto found = TRY(find_set(tx, *service, in.primary_task_set));
  if (found->status == "DRAINING") return invalid_parameter("The task set is being deleted and cannot become primary.");
  for (const auto& other : tx.list(TaskSetRowIndex::by_service, service->service_arn)) {
    tx.update<TaskSetRow>(other->task_set_arn, [&](TaskSetRow& set) {
      bool is_it = set.task_set_arn == found->task_set_arn;
      if (!is_it && set.status != "PRIMARY") return;
      set.status = is_it ? "PRIMARY" : "ACTIVE";
      set.updated_at = tx.now();
    });
  }
  tx.update<ServiceRow>(service->service_arn, [&](ServiceRow& row) {
    row.primary_revision_arn = found->service_revision_arn;
    row.updated_at = tx.now();
  });
  return UpdateServicePrimaryTaskSetResponse{.task_set = describe_task_set(tx, *tx.find<TaskSetRow>(found->task_set_arn), true)};
}

/// Errors: InvalidParameterException for a set that is scaled above 0, or PRIMARY, unless `force` is set.
Result<DeleteTaskSetResponse> delete_task_set(Tx& tx, const Caller& who, const DeleteTaskSetRequest& in) {
  auto service = TRY(external_service(tx, who, in.cluster, in.service));
  auto found = TRY(find_set(tx, *service, in.task_set));
  if (!in.force.value_or(false)) {
    if (found->status == "PRIMARY") return invalid_parameter("The primary task set cannot be deleted without force.");
    if (found->scale > 0) return invalid_parameter("The task set cannot be deleted while it is scaled above 0. Scale it down, or use force.");
  }
  auto row = tx.update<TaskSetRow>(found->task_set_arn, [&](TaskSetRow& set) {
    set.status = "DRAINING";
    set.scale = 0;
    set.updated_at = tx.now();
  });
  return DeleteTaskSetResponse{.task_set = describe_task_set(tx, *row, true)};
}

}  // namespace roadstead::ecs
