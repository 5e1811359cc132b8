#include "services/ecs/task_definitions/task_definitions.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"
#include "services/ecs/task_definitions/definition_rules.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_deleted_at_once = 10;

TaskDefinition definition_of(const RegisterTaskDefinitionRequest& in) {
  TaskDefinition out;
  out.container_definitions = in.container_definitions;
  out.family = in.family;
  out.task_role_arn = in.task_role_arn;
  out.execution_role_arn = in.execution_role_arn;
  out.network_mode = in.network_mode;
  out.volumes = in.volumes;
  out.placement_constraints = in.placement_constraints;
  out.runtime_platform = in.runtime_platform;
  out.requires_compatibilities = in.requires_compatibilities;
  out.cpu = in.cpu;
  out.memory = in.memory;
  out.inference_accelerators = in.inference_accelerators;
  out.pid_mode = in.pid_mode;
  out.ipc_mode = in.ipc_mode;
  out.proxy_configuration = in.proxy_configuration;
  out.ephemeral_storage = in.ephemeral_storage;
  out.enable_fault_injection = in.enable_fault_injection;
  return out;
}

/// The definition that "family:revision" or an ARN names; requests that change one must name the revision.
Result<std::shared_ptr<const TaskDefinitionRow>> find_revision(Tx& tx, const Caller& who, const std::string& reference) {
  auto name = std::string(last_part(reference));
  auto colon = name.rfind(':');
  if (colon == std::string::npos) return client_error("Revision is missing.");
  auto revision = name.substr(colon + 1);
  if (!to_number<int>(revision)) return invalid_parameter(cat("Invalid revision number. Number: ", revision));
  auto row = find_task_definition(tx, who, reference);
  if (!row) return client_error("Unable to describe task definition.");
  return row;
}

std::vector<Tag>& with_tags(std::optional<std::vector<Tag>>& slot, std::vector<Tag> tags) {
  slot = std::move(tags);
  return *slot;
}

bool in_use(const Reader& rows, const std::string& arn) {
  bool used = rows.count(TaskRowIndex::by_definition, arn) > 0;
  rows.for_each<ServiceRevisionRow>([&](const ServiceRevisionRow& revision) {
    used = used || (revision.task_definition_arn == arn && revision.deployment_status != "INACTIVE");
    return !used;
  });
  return used;
}

}  // namespace

std::shared_ptr<const TaskDefinitionRow> store_revision(Tx& tx, const Caller& who, TaskDefinition definition) {
  TaskDefinitionFamilyRow family{.family = *definition.family};
  if (auto known = tx.find<TaskDefinitionFamilyRow>(family.family)) family = *known;
  ++family.last_revision;
  definition.revision = family.last_revision;
  definition.task_definition_arn = task_definition_arn(who, family.family, family.last_revision);
  definition.status = TaskDefinitionStatus::active;
  definition.registered_at = tx.now();
  definition.registered_by = who.principal_arn;
  tx.put(family);
  return tx.put(TaskDefinitionRow{
      .task_definition_arn = *definition.task_definition_arn,
      .family = family.family,
      .revision = family.last_revision,
      .status = "ACTIVE",
      .definition = std::move(definition),
  });
}

Result<RegisterTaskDefinitionResponse> register_task_definition(
    Tx& tx, const Caller& who, const RegisterTaskDefinitionRequest& in
) {
  if (in.tags) TRY(check_tags(*in.tags));
  auto definition = TRY(complete_definition(definition_of(in), who.account_id));
  auto row = store_revision(tx, who, std::move(definition));
  if (in.tags) tx.put(ResourceTagsRow{.resource_arn = row->task_definition_arn, .tags = *in.tags});
  RegisterTaskDefinitionResponse out{.task_definition = row->definition};
  with_tags(out.tags, in.tags.value_or(std::vector<Tag>{}));
  return out;
}

Result<DescribeTaskDefinitionResponse> describe_task_definition(
    Tx& tx, const Caller& who, const DescribeTaskDefinitionRequest& in
) {
  auto row = find_task_definition(tx, who, in.task_definition);
  if (!row) return client_error("Unable to describe task definition.");
  DescribeTaskDefinitionResponse out{.task_definition = row->definition};
  bool wants_tags = in.include && !in.include->empty();
  with_tags(out.tags, wants_tags ? tags_of(tx, row->task_definition_arn) : std::vector<Tag>{});
  return out;
}

Result<ListTaskDefinitionsResponse> list_task_definitions(
    Tx& tx, const Caller&, const ListTaskDefinitionsRequest& in
) {
  auto status = to_string(in.status.value_or(TaskDefinitionStatus::active));
  std::vector<std::pair<std::pair<std::string, int>, std::string>> found;
  tx.for_each<TaskDefinitionRow>([&](const TaskDefinitionRow& row) {
    if (row.status != status || (in.family_prefix && row.family != *in.family_prefix)) return;
    found.push_back({{row.family, row.revision}, row.task_definition_arn});
  });
  std::ranges::sort(found);
  if (in.sort == SortOrder::desc) std::ranges::reverse(found);
  std::vector<std::string> arns;
  for (auto& entry : found) arns.push_back(std::move(entry.second));
  auto filters = cat("task-definitions ", status, ' ', in.family_prefix.value_or(""), in.sort == SortOrder::desc ? " d" : "");
  ListTaskDefinitionsResponse out;
  auto size = TRY(page_size(in.max_results, 100));
  out.task_definition_arns = TRY(page_of(std::move(arns), std::identity(), filters, in.next_token, size, out.next_token));
  return out;
}

Result<ListTaskDefinitionFamiliesResponse> list_task_definition_families(
    Tx& tx, const Caller&, const ListTaskDefinitionFamiliesRequest& in
) {
  auto prefix = in.family_prefix.value_or("");
  auto status = in.status.value_or(TaskDefinitionFamilyStatus::all);
  std::vector<std::string> families;
  tx.for_each<TaskDefinitionFamilyRow>([&](const TaskDefinitionFamilyRow& row) {
    if (!row.family.starts_with(prefix)) return;
    bool active = false;
    tx.for_each_between(
        TaskDefinitionRowIndex::by_family, cat(row.family, '\n'), cat(row.family, '\x0b'),
        [&](const TaskDefinitionRow& revision) { active = active || revision.status == "ACTIVE"; }
    );
    if (status == TaskDefinitionFamilyStatus::active && !active) return;
    if (status == TaskDefinitionFamilyStatus::inactive && active) return;
    families.push_back(row.family);
  });
  ListTaskDefinitionFamiliesResponse out;
  auto size = TRY(page_size(in.max_results, 100));
  auto filters = cat("families ", to_string(status), ' ', prefix);
  out.families = TRY(page_of(std::move(families), std::identity(), filters, in.next_token, size, out.next_token));
  return out;
}

Result<DeregisterTaskDefinitionResponse> deregister_task_definition(
    Tx& tx, const Caller& who, const DeregisterTaskDefinitionRequest& in
) {
  auto found = TRY(find_revision(tx, who, in.task_definition));
  auto row = tx.update<TaskDefinitionRow>(found->task_definition_arn, [&](TaskDefinitionRow& definition) {
    if (definition.status != "ACTIVE") return;
    definition.status = "INACTIVE";
    definition.definition.status = TaskDefinitionStatus::inactive;
    definition.definition.deregistered_at = tx.now();
  });
  return DeregisterTaskDefinitionResponse{.task_definition = row->definition};
}

Result<DeleteTaskDefinitionsResponse> delete_task_definitions(
    Tx& tx, const Caller& who, const DeleteTaskDefinitionsRequest& in
) {
  if (in.task_definitions.size() > most_deleted_at_once) {
    return invalid_parameter("Size of TaskDefinition references list cannot exceed 10");
  }
  DeleteTaskDefinitionsResponse out;
  auto& deleted = out.task_definitions.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& reference : in.task_definitions) {
    auto found = find_revision(tx, who, reference);
    if (!found) {
      failures.push_back({.arn = reference, .reason = found.error().message});
      continue;
    }
    const auto& arn = found.value()->task_definition_arn;
    if (found.value()->status == "ACTIVE") {
      failures.push_back({.arn = arn, .reason = "The specified task definition is still in ACTIVE status. Please deregister the target and try again."});
      continue;
    }
    auto row = tx.update<TaskDefinitionRow>(arn, [&](TaskDefinitionRow& definition) {
      definition.status = "DELETE_IN_PROGRESS";
      definition.definition.status = TaskDefinitionStatus::delete_in_progress;
      definition.definition.delete_requested_at = tx.now();
    });
    deleted.push_back(row->definition);
    if (in_use(tx, arn)) continue;
    tx.erase<TaskDefinitionRow>(arn);
    tx.erase<ResourceTagsRow>(arn);
  }
  return out;
}

}  // namespace roadstead::ecs
