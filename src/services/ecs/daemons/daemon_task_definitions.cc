#include "services/ecs/daemons/daemon_task_definitions.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"
#include "services/ecs/task_definitions/definition_rules.h"

namespace roadstead::ecs {

namespace {

std::string arn_of(const Caller& who, std::string_view family, int revision) {
  return ecs_arn(who, cat("daemon-task-definition/", family, ':', revision));
}

/// All revisions of a family, oldest first.
std::vector<std::shared_ptr<const DaemonTaskDefinitionRow>> revisions_of(const Reader& rows, const std::string& family) {
  std::vector<std::shared_ptr<const DaemonTaskDefinitionRow>> found;
  rows.for_each_between(
      DaemonTaskDefinitionRowIndex::by_family, cat(family, '\n'), cat(family, '\x0b'),
      [&](const std::shared_ptr<const DaemonTaskDefinitionRow>& row) { found.push_back(row); }
  );
  return found;
}

/// The container as an ordinary definition has it: the same rules hold for both.
ContainerDefinition as_ordinary(const DaemonContainerDefinition& container) {
  ContainerDefinition out;
  out.name = container.name;
  out.image = container.image;
  out.memory = container.memory;
  out.memory_reservation = container.memory_reservation;
  out.health_check = container.health_check;
  out.cpu = container.cpu;
  out.essential = container.essential;
  out.environment = container.environment;
  out.secrets = container.secrets;
  out.mount_points = container.mount_points;
  out.log_configuration = container.log_configuration;
  out.ulimits = container.ulimits;
  out.depends_on = container.depends_on;
  out.start_timeout = container.start_timeout;
  out.stop_timeout = container.stop_timeout;
  out.restart_policy = container.restart_policy;
  return out;
}

Status check_definition(const RegisterDaemonTaskDefinitionRequest& in, const Caller& who) {
  TaskDefinition draft;
  draft.family = in.family;
  draft.network_mode = NetworkMode::host;
  draft.cpu = in.cpu;
  draft.memory = in.memory;
  draft.task_role_arn = in.task_role_arn;
  draft.execution_role_arn = in.execution_role_arn;
  auto& volumes = draft.volumes.emplace();
  for (const auto& volume : in.volumes.value_or(std::vector<DaemonVolume>{})) {
    Volume ordinary;
    ordinary.name = volume.name;
    ordinary.host = volume.host;
    volumes.push_back(std::move(ordinary));
  }
  auto& containers = draft.container_definitions.emplace();
  for (const auto& container : in.container_definitions) containers.push_back(as_ordinary(container));
  TRY(complete_definition(std::move(draft), who.account_id));
  return Done{};
}

bool fits(const DaemonTaskDefinitionRow& row, const ListDaemonTaskDefinitionsRequest& in) {
  if (in.family_prefix && !row.family.starts_with(*in.family_prefix)) return false;
  if (in.family && row.family != *in.family) return false;
  auto wanted = in.status.value_or(DaemonTaskDefinitionStatusFilter::active);
  if (wanted == DaemonTaskDefinitionStatusFilter::all) return row.definition.status != DaemonTaskDefinitionStatus::deleted;
  return to_string(*row.definition.status) == to_string(wanted);
}

DaemonTaskDefinitionSummary summary_of(const DaemonTaskDefinitionRow& row) {
  DaemonTaskDefinitionSummary out;
  out.arn = row.daemon_task_definition_arn;
  out.registered_at = row.definition.registered_at;
  out.registered_by = row.definition.registered_by;
  out.delete_requested_at = row.definition.delete_requested_at;
  out.status = row.definition.status;
  return out;
}

}  // namespace

std::shared_ptr<const DaemonTaskDefinitionRow> find_daemon_task_definition(
    const Reader& rows, const Caller& who, const std::string& reference
) {
  if (!is_own(who, "daemon-task-definition", reference)) return nullptr;
  auto name = std::string(last_part(reference));
  auto colon = name.rfind(':');
  if (colon == std::string::npos) {
    auto revisions = revisions_of(rows, name);
    auto is_active = [](const auto& row) { return row->definition.status == DaemonTaskDefinitionStatus::active; };
    auto newest = std::ranges::find_if(revisions.rbegin(), revisions.rend(), is_active);
    return newest == revisions.rend() ? nullptr : *newest;
  }
  auto revision = to_number<int>(std::string_view(name).substr(colon + 1));
  return revision ? rows.find<DaemonTaskDefinitionRow>(arn_of(who, name.substr(0, colon), *revision)) : nullptr;
}

Result<RegisterDaemonTaskDefinitionResponse> register_daemon_task_definition(
    Tx& tx, const Caller& who, const RegisterDaemonTaskDefinitionRequest& in
) {
  if (in.tags) TRY(check_tags(*in.tags));
  TRY(check_definition(in, who));
  auto revisions = revisions_of(tx, in.family);
  int revision = revisions.empty() ? 1 : revisions.back()->revision + 1;
  DaemonTaskDefinition definition;
  definition.daemon_task_definition_arn = arn_of(who, in.family, revision);
  definition.family = in.family;
  definition.revision = revision;
  definition.task_role_arn = in.task_role_arn;
  definition.execution_role_arn = in.execution_role_arn;
  definition.container_definitions = in.container_definitions;
  definition.volumes = in.volumes.value_or(std::vector<DaemonVolume>{});
  definition.cpu = in.cpu;
  definition.memory = in.memory;
  definition.pid_mode = in.pid_mode;
  definition.ipc_mode = in.ipc_mode;
  definition.status = DaemonTaskDefinitionStatus::active;
  definition.registered_at = tx.now();
  definition.registered_by = who.principal_arn;
  auto arn = *definition.daemon_task_definition_arn;
  tx.put(DaemonTaskDefinitionRow{
      .daemon_task_definition_arn = arn, .family = in.family, .revision = revision, .definition = std::move(definition)
  });
  if (in.tags) tx.put(ResourceTagsRow{.resource_arn = arn, .tags = *in.tags});
  return RegisterDaemonTaskDefinitionResponse{.daemon_task_definition_arn = arn};
}

Result<DescribeDaemonTaskDefinitionResponse> describe_daemon_task_definition(
    Tx& tx, const Caller& who, const DescribeDaemonTaskDefinitionRequest& in
) {
  auto row = find_daemon_task_definition(tx, who, in.daemon_task_definition);
  if (!row) return client_error("Unable to describe daemon task definition.");
  return DescribeDaemonTaskDefinitionResponse{.daemon_task_definition = row->definition};
}

Result<ListDaemonTaskDefinitionsResponse> list_daemon_task_definitions(
    Tx& tx, const Caller&, const ListDaemonTaskDefinitionsRequest& in
) {
  auto size = TRY(page_size(in.max_results, 100));
  if (in.family && in.family_prefix) return invalid_parameter("Specify either family or familyPrefix, but not both.");
  std::vector<std::shared_ptr<const DaemonTaskDefinitionRow>> rows;
  tx.for_each<DaemonTaskDefinitionRow>([&](const std::shared_ptr<const DaemonTaskDefinitionRow>& row) {
    if (fits(*row, in)) rows.push_back(row);
  });
  std::ranges::sort(rows, {}, [](const auto& row) { return std::pair(std::string_view(row->family), row->revision); });
  if (in.revision) {
    // Keeps the last of each family.
    auto next_is_same = [&](const auto& row) {
      return std::ranges::any_of(rows, [&](const auto& other) { return other->family == row->family && other->revision > row->revision; });
    };
    std::vector<std::shared_ptr<const DaemonTaskDefinitionRow>> last;
    std::ranges::copy_if(rows, std::back_inserter(last), [&](const auto& row) { return !next_is_same(row); });
    rows = std::move(last);
  }
  if (in.sort == SortOrder::desc) std::ranges::reverse(rows);
  std::vector<DaemonTaskDefinitionSummary> summaries;
  for (const auto& row : rows) summaries.push_back(summary_of(*row));
  ListDaemonTaskDefinitionsResponse out;
  auto filters = cat("daemon-task-definitions ", in.family.value_or(""), ' ', in.family_prefix.value_or(""), ' ',
                     in.status ? to_string(*in.status) : "", in.revision ? " last" : "", in.sort == SortOrder::desc ? " d" : "");
  auto key = [](const DaemonTaskDefinitionSummary& summary) { return *summary.arn; };
  out.daemon_task_definitions = TRY(page_of(std::move(summaries), key, filters, in.next_token, size, out.next_token));
  return out;
}

Result<DeleteDaemonTaskDefinitionResponse> delete_daemon_task_definition(
    Tx& tx, const Caller& who, const DeleteDaemonTaskDefinitionRequest& in
) {
  if (last_part(in.daemon_task_definition).find(':') == std::string_view::npos) return client_error("Revision is missing.");
  auto row = find_daemon_task_definition(tx, who, in.daemon_task_definition);
  if (!row) return client_error("Unable to describe daemon task definition.");
  tx.update<DaemonTaskDefinitionRow>(row->daemon_task_definition_arn, [&](DaemonTaskDefinitionRow& changed) {
    if (changed.definition.status == DaemonTaskDefinitionStatus::deleted) return;
    changed.definition.status = DaemonTaskDefinitionStatus::deleted;
    changed.definition.delete_requested_at = tx.now();
  });
  tx.erase<ResourceTagsRow>(row->daemon_task_definition_arn);
  return DeleteDaemonTaskDefinitionResponse{.daemon_task_definition_arn = row->daemon_task_definition_arn};
}

}  // namespace roadstead::ecs
