#include "services/ecs/daemons/daemons.h"

#include "base/id/arn.h"
#include "base/text/text.h"
#include "services/ecs/capacity/strategy_rules.h"
#include "services/ecs/daemons/daemon_task_definitions.h"
#include "services/ecs/lookup.h"
#include "services/ecs/page.h"
#include "services/ecs/tasks/task_rules.h"

namespace roadstead::ecs {

namespace {

constexpr std::size_t most_described = 20;

Error no_daemon() { return {"DaemonNotFoundException", "Daemon not found."}; }

Status check_daemon_arn(const std::string& text) {
  auto arn = parse_arn(text);
  if (arn && arn->service == "ecs" && arn->resource_type() == "daemon") return Done{};
  return invalid_parameter("The daemon ARN provided is invalid.");
}

Status check_configuration(const std::optional<DaemonDeploymentConfiguration>& configuration) {
  if (!configuration) return Done{};
  auto percent = configuration->drain_percent.value_or(25.0);
  if (percent < 0 || percent > 100) return invalid_parameter("drainPercent must be between 0 and 100.");
  auto bake = configuration->bake_time_in_minutes.value_or(0);
  if (bake < 0 || bake > 1440) return invalid_parameter("bakeTimeInMinutes must be between 0 and 1440.");
  return Done{};
}

Status check_definition(const Reader& rows, const Caller& who, const std::string& reference) {
  auto definition = find_daemon_task_definition(rows, who, reference);
  if (definition && definition->definition.status == DaemonTaskDefinitionStatus::active) return Done{};
  return client_error("Daemon task definition not found or not ACTIVE.");
}

/// Refuses every list of providers: none here is of Managed Instances.
Error refuse_providers(const Reader& rows, const Caller& who, const std::vector<std::string>& arns) {
  if (arns.empty()) return invalid_parameter("capacityProviderArns can not be empty.");
  for (const auto& arn : arns) {
    if (is_own(who, "capacity-provider", arn) && has_provider(rows, who, std::string(last_part(arn)))) continue;
    return invalid_parameter(cat("The specified capacity provider '", arn, "' was not found."));
  }
  return {"UnsupportedFeatureException",
          "Daemons run on Managed Instances capacity providers, which are not supported. Run a service on each node instead."};
}

template <class Out>
void add_missing(Out& out, const std::vector<std::string>& arns) {
  auto& failures = out.failures.emplace();
  for (const auto& arn : arns) failures.push_back({.arn = arn, .reason = "MISSING"});
}

Status check_batch(const std::vector<std::string>& arns, std::string_view member) {
  if (arns.empty()) return invalid_parameter(cat(member, " can not be empty."));
  if (arns.size() > most_described) return invalid_parameter(cat("At most 20 ", member, " can be given at once."));
  return Done{};
}

}  // namespace

Result<CreateDaemonResponse> create_daemon(Tx& tx, const Caller& who, const CreateDaemonRequest& in) {
  TRY(find_cluster(tx, who, in.cluster_arn));
  if (!is_valid_name(in.daemon_name)) return invalid_parameter("Daemon names are 1 to 255 letters, digits, hyphens and underscores.");
  TRY(check_client_token(in.client_token, 36));
  if (in.tags) TRY(check_tags(*in.tags));
  TRY(check_configuration(in.deployment_configuration));
  TRY(check_definition(tx, who, in.daemon_task_definition_arn));
  return refuse_providers(tx, who, in.capacity_provider_arns);
}

Result<DescribeDaemonResponse> describe_daemon(Tx&, const Caller&, const DescribeDaemonRequest& in) {
  TRY(check_daemon_arn(in.daemon_arn));
  return no_daemon();
}

Result<ListDaemonsResponse> list_daemons(Tx& tx, const Caller& who, const ListDaemonsRequest& in) {
  TRY(page_size(in.max_results, 100));
  TRY(page_start("daemons", in.next_token));
  if (in.cluster_arn) TRY(find_cluster(tx, who, in.cluster_arn));
  return ListDaemonsResponse{.daemon_summaries_list = std::vector<DaemonSummary>{}, .next_token = {}};
}

Result<UpdateDaemonResponse> update_daemon(Tx&, const Caller&, const UpdateDaemonRequest& in) {
  TRY(check_daemon_arn(in.daemon_arn));
  return no_daemon();
}

Result<DeleteDaemonResponse> delete_daemon(Tx&, const Caller&, const DeleteDaemonRequest& in) {
  TRY(check_daemon_arn(in.daemon_arn));
  return no_daemon();
}

Result<ListDaemonDeploymentsResponse> list_daemon_deployments(Tx&, const Caller&, const ListDaemonDeploymentsRequest& in) {
  TRY(page_size(in.max_results, 20));
  TRY(check_daemon_arn(in.daemon_arn));
  return no_daemon();
}

Result<DescribeDaemonDeploymentsResponse> describe_daemon_deployments(
    Tx&, const Caller&, const DescribeDaemonDeploymentsRequest& in
) {
  TRY(check_batch(in.daemon_deployment_arns, "daemonDeploymentArns"));
  DescribeDaemonDeploymentsResponse out;
  out.daemon_deployments.emplace();
  add_missing(out, in.daemon_deployment_arns);
  return out;
}

Result<DescribeDaemonRevisionsResponse> describe_daemon_revisions(Tx&, const Caller&, const DescribeDaemonRevisionsRequest& in) {
  TRY(check_batch(in.daemon_revision_arns, "daemonRevisionArns"));
  DescribeDaemonRevisionsResponse out;
  out.daemon_revisions.emplace();
  add_missing(out, in.daemon_revision_arns);
  return out;
}

}  // namespace roadstead::ecs
