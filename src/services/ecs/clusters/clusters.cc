#include "services/ecs/clusters/clusters.h"

#include <algorithm>
#include <array>

#include "base/text/text.h"
#include "decide/placement/capacity_strategy.h"
#include "decide/placement/instances.h"
#include "services/ecs/capacity/strategy_rules.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"
#include "services/ecs/services/connect_rules.h"
#include "services/ecs/settings/account_settings.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_clusters = 100;

std::vector<ClusterSetting> default_settings(const Reader& rows, const Caller& who) {
  auto insights = effective_setting(rows, who, who.principal_arn, SettingName::container_insights);
  return {{.name = ClusterSettingName::container_insights, .value = std::move(insights)}};
}

struct Counts {
  int running = 0;
  int pending = 0;
  int active_services = 0;
  int draining_services = 0;
};

/// Statistics are by launch type, in these words; what has none is EC2's (§5.1).
constexpr std::array<std::string_view, 3> launch_words{"EC2", "Fargate", "External"};
using ClusterCounts = std::array<Counts, launch_words.size()>;

std::size_t launch_index(std::string_view launch_type) {
  if (launch_type == "FARGATE") return 1;
  return launch_type == "EXTERNAL" ? 2 : 0;
}

std::string_view launch_type_of(const Reader& rows, const ServiceRow& service) {
  auto revision = rows.find<ServiceRevisionRow>(service.primary_revision_arn);
  if (!revision) return "EC2";
  if (is_fargate(revision->capacity_provider_strategy) || revision->launch_type == "FARGATE") return "FARGATE";
  return revision->launch_type == "EXTERNAL" ? "EXTERNAL" : "EC2";
}

ClusterCounts counts_of(const Reader& rows, const std::string& cluster_arn) {
  ClusterCounts counts{};
  rows.for_each(TaskRowIndex::present_by_cluster, cluster_arn, [&](const TaskRow& task) {
    auto& own = counts[launch_index(task.launch_type.value_or("EC2"))];
    if (task.last_status == TaskStatus::running) ++own.running;
    if (task.last_status < TaskStatus::running) ++own.pending;
  });
  rows.for_each(ServiceRowIndex::by_cluster, cluster_arn, [&](const ServiceRow& service) {
    if (service.status != "ACTIVE" && service.status != "DRAINING") return;
    auto& own = counts[launch_index(launch_type_of(rows, service))];
    ++(service.status == "ACTIVE" ? own.active_services : own.draining_services);
  });
  return counts;
}

int sum(const ClusterCounts& counts, int Counts::*member) {
  int total = 0;
  for (const auto& own : counts) total += own.*member;
  return total;
}

KeyValuePair statistic(std::string name, int value) {
  return {.name = std::move(name), .value = std::to_string(value)};
}

std::vector<KeyValuePair> statistics_of(const ClusterCounts& counts) {
  std::vector<KeyValuePair> out;
  auto add = [&](std::string_view before, std::string_view after, int Counts::*member) {
    for (std::size_t i = 0; i < counts.size(); ++i) out.push_back(statistic(cat(before, launch_words[i], after), counts[i].*member));
  };
  add("running", "TasksCount", &Counts::running);
  add("pending", "TasksCount", &Counts::pending);
  add("active", "ServiceCount", &Counts::active_services);
  add("draining", "ServiceCount", &Counts::draining_services);
  return out;
}

/// Replaces the settings that are named, keeps the others.
void merge_settings(std::vector<ClusterSetting>& settings, const std::vector<ClusterSetting>& given) {
  for (const auto& setting : given) {
    auto same = [&](const ClusterSetting& other) { return other.name == setting.name; };
    auto found = std::ranges::find_if(settings, same);
    if (found == settings.end()) {
      settings.push_back(setting);
    } else {
      *found = setting;
    }
  }
}

Status check_settings(const std::optional<std::vector<ClusterSetting>>& settings) {
  for (const auto& setting : settings.value_or(std::vector<ClusterSetting>{})) {
    auto value = setting.value.value_or("");
    if (!setting.name) return invalid_parameter("A cluster setting must have a name: containerInsights.");
    if (value == "enabled" || value == "disabled" || value == "enhanced") continue;
    return invalid_parameter(cat("Invalid value '", value, "' for setting containerInsights. Must be one of [enabled,disabled,enhanced]"));
  }
  return Done{};
}

Status check_configuration(const std::optional<ClusterConfiguration>& configuration) {
  if (!configuration || !configuration->execute_command_configuration) return Done{};
  const auto& exec = *configuration->execute_command_configuration;
  if (exec.logging != ExecuteCommandLogging::override || exec.log_configuration) return Done{};
  return invalid_parameter("With logging OVERRIDE a logConfiguration must be given in executeCommandConfiguration.");
}

/// Refuses to take away a provider that tasks or services of the cluster use (§1.6).
Status check_unused(const Reader& rows, const ClusterRow& cluster, const std::vector<std::string>& kept) {
  bool used = false;
  auto goes = [&](const std::string& provider) { return std::ranges::find(kept, provider) == kept.end(); };
  rows.for_each(TaskRowIndex::present_by_cluster, cluster.cluster_arn, [&](const TaskRow& task) {
    if (task.capacity_provider_name) used = used || goes(*task.capacity_provider_name);
  });
  rows.for_each(ServiceRowIndex::by_cluster, cluster.cluster_arn, [&](const ServiceRow& service) {
    auto revision = service.status == "ACTIVE" ? rows.find<ServiceRevisionRow>(service.primary_revision_arn) : nullptr;
    if (!revision) return;
    for (const auto& item : revision->capacity_provider_strategy) used = used || goes(item.capacity_provider);
  });
  if (used) return Error{"ResourceInUseException", "The specified capacity provider is in use and cannot be removed."};
  return Done{};
}

/// Counts the container instances that are not deregistered, and separately those of agents from elsewhere.
struct InstanceCounts {
  int registered = 0;
  int foreign = 0;
};

InstanceCounts instance_counts(const Reader& rows, const std::string& cluster_arn) {
  InstanceCounts counts;
  auto instances = instances_of(rows, cluster_arn, Instant{});  // when does not matter: nobody asks who is connected
  for (const auto& instance : instances) {
    if (instance.row.status == "INACTIVE") continue;
    ++counts.registered;
    if (instance.row.foreign) ++counts.foreign;
  }
  return counts;
}

/// What a cluster has when its defaults are changed to those: its own where none are given, none for an empty namespace.
Result<std::optional<ClusterServiceConnectDefaults>> connect_defaults(
    Tx& tx, const Caller& who, const std::optional<ClusterServiceConnectDefaultsRequest>& given,
    std::optional<ClusterServiceConnectDefaults> before
) {
  if (!given) return before;
  if (given->namespace_.empty()) return std::optional<ClusterServiceConnectDefaults>();
  return std::optional(ClusterServiceConnectDefaults{.namespace_ = TRY(default_namespace(tx, who, given->namespace_))});
}

/// What the answers to changes have (§1.6): statistics are for those who ask.
constexpr ClusterDetail everything{.settings = true, .configuration = true, .statistics = false, .tags = true};

}  // namespace

Cluster describe_cluster(const Reader& rows, const ClusterRow& row, const ClusterDetail& detail) {
  auto counts = counts_of(rows, row.cluster_arn);
  Cluster out;
  out.cluster_arn = row.cluster_arn;
  out.cluster_name = row.cluster_name;
  out.status = row.status;
  out.registered_container_instances_count = row.status == "INACTIVE" ? 0 : instance_counts(rows, row.cluster_arn).registered;
  out.running_tasks_count = sum(counts, &Counts::running);
  out.pending_tasks_count = sum(counts, &Counts::pending);
  out.active_services_count = sum(counts, &Counts::active_services);
  out.capacity_providers = row.capacity_providers;
  out.default_capacity_provider_strategy = row.default_capacity_provider_strategy;
  out.service_connect_defaults = row.service_connect_defaults;
  out.statistics = detail.statistics ? statistics_of(counts) : std::vector<KeyValuePair>{};
  out.tags = detail.tags ? tags_of(rows, row.cluster_arn) : std::vector<Tag>{};
  out.settings = detail.settings ? row.settings : std::vector<ClusterSetting>{};
  if (detail.configuration) out.configuration = row.configuration;
  return out;
}

std::shared_ptr<const ClusterRow> ensure_cluster(Tx& tx, const Caller& who, const std::string& name) {
  auto arn = cluster_arn_of(who, name);
  auto found = tx.find<ClusterRow>(arn);
  if (found && found->status != "INACTIVE") return found;
  return tx.put(ClusterRow{
      .cluster_arn = arn,
      .cluster_name = name,
      .status = "ACTIVE",
      .settings = default_settings(tx, who),
      .capacity_providers = {"FARGATE", "FARGATE_SPOT"},
      .created_at = tx.now(),
  });
}

/// Makes a cluster, or returns the one that has the name already (§1.3: no error, settings unchanged).
Result<CreateClusterResponse> create_cluster(Tx& tx, const Caller& who, const CreateClusterRequest& in) {
  auto name = in.cluster_name.value_or("default");
  if (!is_valid_name(name)) {
    return invalid_parameter("Cluster names are 1 to 255 letters, digits, hyphens and underscores.");
  }
  if (in.tags) TRY(check_tags(*in.tags));
  TRY(check_settings(in.settings));
  TRY(check_configuration(in.configuration));
  auto arn = cluster_arn_of(who, name);
  auto found = tx.find<ClusterRow>(arn);
  if (!found || found->status == "INACTIVE") {
    ClusterRow row{.cluster_arn = arn, .cluster_name = name, .status = "ACTIVE", .settings = default_settings(tx, who)};
    if (in.settings) merge_settings(row.settings, *in.settings);
    row.configuration = in.configuration;
    row.capacity_providers = in.capacity_providers.value_or(std::vector<std::string>{});
    TRY(check_providers(tx, who, row.capacity_providers));
    if (in.default_capacity_provider_strategy) {
      TRY(check_strategy(tx, who, *in.default_capacity_provider_strategy, row.capacity_providers));
      row.default_capacity_provider_strategy = *in.default_capacity_provider_strategy;
    }
    row.service_connect_defaults = TRY(connect_defaults(tx, who, in.service_connect_defaults, std::nullopt));
    row.created_at = tx.now();
    found = tx.put(std::move(row));
    if (in.tags) tx.put(ResourceTagsRow{.resource_arn = arn, .tags = *in.tags});
  }
  return CreateClusterResponse{.cluster = describe_cluster(tx, *found, everything)};
}

Result<DescribeClustersResponse> describe_clusters(Tx& tx, const Caller& who, const DescribeClustersRequest& in) {
  auto names = in.clusters.value_or(std::vector<std::string>{});
  if (names.empty()) names.push_back("default");
  if (names.size() > most_clusters) return invalid_parameter("At most 100 clusters can be described at once.");
  ClusterDetail detail;
  for (auto field : in.include.value_or(std::vector<ClusterField>{})) {
    detail.settings |= field == ClusterField::settings;
    detail.configuration |= field == ClusterField::configurations;
    detail.statistics |= field == ClusterField::statistics;
    detail.tags |= field == ClusterField::tags;
  }
  DescribeClustersResponse out;
  auto& clusters = out.clusters.emplace();
  auto& failures = out.failures.emplace();
  for (const auto& name : names) {
    auto arn = cluster_arn_of(who, name);
    if (auto row = tx.find<ClusterRow>(arn)) {
      clusters.push_back(describe_cluster(tx, *row, detail));
    } else {
      failures.push_back({.arn = arn, .reason = "MISSING"});
    }
  }
  return out;
}

Result<ListClustersResponse> list_clusters(Tx& tx, const Caller&, const ListClustersRequest& in) {
  std::vector<std::string> arns;
  tx.for_each<ClusterRow>([&](const ClusterRow& row) {
    if (row.status != "INACTIVE") arns.push_back(row.cluster_arn);
  });
  ListClustersResponse out;
  auto size = TRY(page_size(in.max_results, 100));
  out.cluster_arns = TRY(page_of(std::move(arns), std::identity(), "clusters", in.next_token, size, out.next_token));
  return out;
}

Result<UpdateClusterResponse> update_cluster(Tx& tx, const Caller& who, const UpdateClusterRequest& in) {
  auto found = TRY(find_cluster(tx, who, in.cluster));
  TRY(check_settings(in.settings));
  TRY(check_configuration(in.configuration));
  auto defaults = TRY(connect_defaults(tx, who, in.service_connect_defaults, found->service_connect_defaults));
  auto row = tx.update<ClusterRow>(found->cluster_arn, [&](ClusterRow& cluster) {
    if (in.settings) merge_settings(cluster.settings, *in.settings);
    if (in.configuration) cluster.configuration = in.configuration;
    cluster.service_connect_defaults = defaults;
  });
  return UpdateClusterResponse{.cluster = describe_cluster(tx, *row, everything)};
}

Result<UpdateClusterSettingsResponse> update_cluster_settings(
    Tx& tx, const Caller& who, const UpdateClusterSettingsRequest& in
) {
  auto found = TRY(find_cluster(tx, who, in.cluster));
  TRY(check_settings(in.settings));
  auto row = tx.update<ClusterRow>(found->cluster_arn, [&](ClusterRow& cluster) {
    merge_settings(cluster.settings, in.settings);
  });
  return UpdateClusterSettingsResponse{.cluster = describe_cluster(tx, *row, everything)};
}

Result<PutClusterCapacityProvidersResponse> put_cluster_capacity_providers(
    Tx& tx, const Caller& who, const PutClusterCapacityProvidersRequest& in
) {
  auto found = TRY(find_cluster(tx, who, in.cluster));
  TRY(check_providers(tx, who, in.capacity_providers));
  TRY(check_strategy(tx, who, in.default_capacity_provider_strategy, in.capacity_providers));
  TRY(check_unused(tx, *found, in.capacity_providers));
  auto row = tx.update<ClusterRow>(found->cluster_arn, [&](ClusterRow& cluster) {
    cluster.capacity_providers = in.capacity_providers;
    cluster.default_capacity_provider_strategy = in.default_capacity_provider_strategy;
  });
  return PutClusterCapacityProvidersResponse{.cluster = describe_cluster(tx, *row, everything)};
}

/// Errors: ClusterContainsServicesException, ClusterContainsTasksException, ClusterContainsContainerInstancesException for
/// instances of agents from elsewhere (texts exact, §1.6); nodes of Roadstead belong to every cluster and are in no one's way.
Result<DeleteClusterResponse> delete_cluster(Tx& tx, const Caller& who, const DeleteClusterRequest& in) {
  auto found = TRY(find_cluster(tx, who, in.cluster));
  auto counts = counts_of(tx, found->cluster_arn);
  if (sum(counts, &Counts::active_services) + sum(counts, &Counts::draining_services) > 0) {
    return Error{"ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."};
  }
  if (tx.count(TaskRowIndex::present_by_cluster, found->cluster_arn) > 0) {
    return Error{"ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."};
  }
  if (instance_counts(tx, found->cluster_arn).foreign > 0) {
    return Error{"ClusterContainsContainerInstancesException",
                 "The Cluster cannot be deleted while Container Instances are active or draining."};
  }
  for (const auto& instance : tx.list(ContainerInstanceRowIndex::by_cluster, found->cluster_arn)) {
    tx.erase<ResourceTagsRow>(instance->container_instance_arn);
    tx.erase<ContainerInstanceRow>(instance->container_instance_arn);
  }
  auto row = tx.update<ClusterRow>(found->cluster_arn, [&](ClusterRow& cluster) {
    cluster.status = "INACTIVE";
    cluster.inactive_at = tx.now();
  });
  tx.erase<ResourceTagsRow>(found->cluster_arn);
  return DeleteClusterResponse{.cluster = describe_cluster(tx, *row, everything)};
}

}  // namespace roadstead::ecs
