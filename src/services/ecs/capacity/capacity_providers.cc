#include "services/ecs/capacity/capacity_providers.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "services/ecs/capacity/strategy_rules.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t default_page = 10;

bool is_built_in(std::string_view name) { return name == "FARGATE" || name == "FARGATE_SPOT"; }

Status check_name(const std::string& name) {
  if (!is_valid_name(name)) {
    return invalid_parameter("Capacity provider names are 1 to 255 letters, digits, hyphens and underscores.");
  }
  auto lower = to_lower(name);
  for (std::string_view prefix : {"aws", "ecs", "fargate"}) {
    if (lower.starts_with(prefix)) return invalid_parameter(cat("Capacity provider names must not start with '", prefix, "', which is reserved."));
  }
  return Done{};
}

/// Refuses what would need machines to come and go.
Status check_management(const std::optional<ManagedScaling>& scaling, const std::optional<ManagedTerminationProtection>& protection) {
  if (scaling && scaling->status.value_or(ManagedScalingStatus::enabled) == ManagedScalingStatus::enabled) {
    return Error{"UnsupportedFeatureException",
                 "Managed scaling is not supported: Roadstead does not start or end machines. Leave managedScaling out, or set its status to DISABLED."};
  }
  if (protection == ManagedTerminationProtection::enabled) {
    return invalid_parameter("The managed termination protection setting for the capacity provider is invalid. To enable managed "
                             "termination protection for a capacity provider, the capacity provider must have managed scaling enabled.");
  }
  return Done{};
}

ManagedScaling complete_scaling(const std::optional<ManagedScaling>& given) {
  auto out = given.value_or(ManagedScaling{});
  out.status = ManagedScalingStatus::disabled;
  out.target_capacity = out.target_capacity.value_or(100);
  out.minimum_scaling_step_size = out.minimum_scaling_step_size.value_or(1);
  out.maximum_scaling_step_size = out.maximum_scaling_step_size.value_or(10'000);
  out.instance_warmup_period = out.instance_warmup_period.value_or(300);
  return out;
}

CapacityProvider describe_built_in(const Reader& rows, const Caller& who, std::string_view name, bool with_tags) {
  CapacityProvider out;
  out.capacity_provider_arn = ecs_arn(who, cat("capacity-provider/", name));
  out.name = std::string(name);
  out.status = CapacityProviderStatus::active;
  out.type = name == "FARGATE" ? CapacityProviderType::fargate : CapacityProviderType::fargate_spot;
  if (with_tags) out.tags = tags_of(rows, *out.capacity_provider_arn);
  return out;
}

CapacityProvider describe_provider(const Reader& rows, const CapacityProviderRow& row, bool with_tags) {
  CapacityProvider out;
  out.capacity_provider_arn = row.capacity_provider_arn;
  out.name = row.name;
  out.status = enum_of<CapacityProviderStatus>(std::optional(row.status));
  out.type = CapacityProviderType::ec2_autoscaling;
  out.auto_scaling_group_provider = row.auto_scaling_group_provider;
  out.update_status = enum_of<CapacityProviderUpdateStatus>(row.update_status);
  out.tags = with_tags ? tags_of(rows, row.capacity_provider_arn) : std::vector<Tag>{};
  return out;
}

std::optional<CapacityProvider> describe(const Reader& rows, const Caller& who, const std::string& name, bool with_tags) {
  auto arn = capacity_provider_arn_of(who, name);
  for (std::string_view built_in : {"FARGATE", "FARGATE_SPOT"}) {
    if (arn == capacity_provider_arn_of(who, std::string(built_in))) return describe_built_in(rows, who, built_in, with_tags);
  }
  auto row = rows.find<CapacityProviderRow>(arn);
  if (!row) return std::nullopt;
  return describe_provider(rows, *row, with_tags);
}

/// The user's provider that a request is about. Errors: InvalidParameterException for Fargate's, ClientException when unknown.
Result<std::shared_ptr<const CapacityProviderRow>> find_own(const Reader& rows, const Caller& who, const std::string& name) {
  auto arn = capacity_provider_arn_of(who, name);
  if (is_built_in(last_part(arn))) {
    return invalid_parameter("The specified capacity provider is reserved: FARGATE and FARGATE_SPOT cannot be changed or deleted.");
  }
  auto row = rows.find<CapacityProviderRow>(arn);
  if (!row || row->status == "INACTIVE") {
    return client_error("The specified capacity provider does not exist. Specify a valid name or ARN and try again.");
  }
  return row;
}

}  // namespace

/// Errors: InvalidParameterException for the name or missing or doubled providers; UnsupportedFeatureException for what would
/// have to start machines.
Result<CreateCapacityProviderResponse> create_capacity_provider(Tx& tx, const Caller& who, const CreateCapacityProviderRequest& in) {
  TRY(check_name(in.name));
  if (in.tags) TRY(check_tags(*in.tags));
  if (in.managed_instances_provider) {
    return Error{"UnsupportedFeatureException",
                 "Managed Instances are not supported: Roadstead runs tasks on the machines it is installed on. Use FARGATE, or a provider with an autoScalingGroupProvider."};
  }
  if (!in.auto_scaling_group_provider) return invalid_parameter("autoScalingGroupProvider must be specified.");
  if (in.cluster) return invalid_parameter("cluster can only be specified for a managedInstancesProvider.");
  auto group = *in.auto_scaling_group_provider;
  if (group.auto_scaling_group_arn.empty()) return invalid_parameter("autoScalingGroupArn must not be empty.");
  TRY(check_management(group.managed_scaling, group.managed_termination_protection));
  auto arn = capacity_provider_arn_of(who, in.name);
  if (auto found = tx.find<CapacityProviderRow>(arn); found && found->status == "ACTIVE") {
    return invalid_parameter(cat("A capacity provider with the name ", in.name, " already exists. Specify a different name and try again."));
  }
  group.managed_scaling = complete_scaling(group.managed_scaling);
  group.managed_termination_protection = ManagedTerminationProtection::disabled;
  group.managed_draining = group.managed_draining.value_or(ManagedDraining::enabled);
  auto row = tx.put(CapacityProviderRow{.capacity_provider_arn = arn,
                                        .name = in.name,
                                        .status = "ACTIVE",
                                        .auto_scaling_group_provider = std::move(group),
                                        .created_at = tx.now(),
                                        .updated_at = tx.now()});
  tx.erase<ResourceTagsRow>(arn);
  if (in.tags) tx.put(ResourceTagsRow{.resource_arn = arn, .tags = *in.tags});
  return CreateCapacityProviderResponse{.capacity_provider = describe_provider(tx, *row, true)};
}

Result<DescribeCapacityProvidersResponse> describe_capacity_providers(
    Tx& tx, const Caller& who, const DescribeCapacityProvidersRequest& in
) {
  if (in.cluster) TRY(find_cluster(tx, who, in.cluster));
  if (in.max_results && *in.max_results > 10) return invalid_parameter("maxResults must be between 1 and 10.");
  auto size = TRY(page_size(in.max_results, default_page));
  bool with_tags = in.include && !in.include->empty();
  auto names = in.capacity_providers.value_or(std::vector<std::string>{});
  if (names.size() > 100) return invalid_parameter("At most 100 capacity providers can be described at once.");
  if (names.empty()) {
    names = {"FARGATE", "FARGATE_SPOT"};
    tx.for_each<CapacityProviderRow>([&](const CapacityProviderRow& row) {
      if (row.status == "ACTIVE") names.push_back(row.name);
    });
  }
  DescribeCapacityProvidersResponse out;
  auto& failures = out.failures.emplace();
  std::vector<CapacityProvider> found;
  for (const auto& name : names) {
    if (auto provider = describe(tx, who, name, with_tags)) {
      found.push_back(std::move(*provider));
    } else {
      failures.push_back({.arn = capacity_provider_arn_of(who, name), .reason = "MISSING"});
    }
  }
  auto arn_of = [](const CapacityProvider& provider) { return *provider.capacity_provider_arn; };
  auto filters = cat("capacity providers ", join(in.capacity_providers.value_or(std::vector<std::string>{}), " "));
  out.capacity_providers = TRY(page_of(std::move(found), arn_of, filters, in.next_token, size, out.next_token));
  return out;
}

Result<UpdateCapacityProviderResponse> update_capacity_provider(Tx& tx, const Caller& who, const UpdateCapacityProviderRequest& in) {
  auto found = TRY(find_own(tx, who, in.name));
  if (in.managed_instances_provider || !in.auto_scaling_group_provider) {
    return invalid_parameter("autoScalingGroupProvider must be specified.");
  }
  const auto& change = *in.auto_scaling_group_provider;
  TRY(check_management(change.managed_scaling, change.managed_termination_protection));
  auto row = tx.update<CapacityProviderRow>(found->capacity_provider_arn, [&](CapacityProviderRow& provider) {
    auto& group = *provider.auto_scaling_group_provider;
    if (change.managed_scaling) group.managed_scaling = complete_scaling(change.managed_scaling);
    if (change.managed_draining) group.managed_draining = change.managed_draining;
    provider.update_status = "UPDATE_COMPLETE";
    provider.updated_at = tx.now();
  });
  return UpdateCapacityProviderResponse{.capacity_provider = describe_provider(tx, *row, true)};
}

/// Deletes a provider that no cluster has; it stays readable as INACTIVE. Errors: InvalidParameterException while one has it.
Result<DeleteCapacityProviderResponse> delete_capacity_provider(Tx& tx, const Caller& who, const DeleteCapacityProviderRequest& in) {
  auto found = TRY(find_own(tx, who, in.capacity_provider));
  bool associated = false;
  tx.for_each<ClusterRow>([&](const ClusterRow& cluster) {
    const auto& known = cluster.capacity_providers;
    associated = cluster.status != "INACTIVE" && std::ranges::find(known, found->name) != known.end();
    return !associated;
  });
  if (associated) {
    return invalid_parameter("The specified capacity provider is associated with a cluster. Remove it with PutClusterCapacityProviders and try again.");
  }
  auto row = tx.update<CapacityProviderRow>(found->capacity_provider_arn, [&](CapacityProviderRow& provider) {
    provider.status = "INACTIVE";
    provider.update_status = "DELETE_COMPLETE";
    provider.updated_at = tx.now();
  });
  auto out = describe_provider(tx, *row, true);
  tx.erase<ResourceTagsRow>(found->capacity_provider_arn);
  return DeleteCapacityProviderResponse{.capacity_provider = std::move(out)};
}

}  // namespace roadstead::ecs
