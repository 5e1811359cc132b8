#include <algorithm>

#include "base/text/text.h"
#include "decide/express/express_resources.h"
#include "services/ecs/express/express.h"
#include "services/ecs/express/express_definition.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

/// The revisions that activeConfigurations[] shows: the live ones, or the last one of a service that is gone, newest first.
std::vector<std::shared_ptr<const ServiceRevisionRow>> active_revisions(const Reader& rows, const ServiceRow& service) {
  auto revisions = rows.list(ServiceRevisionRowIndex::by_service, service.service_arn);
  std::erase_if(revisions, [&](const auto& row) {
    return row->deployment_status == "INACTIVE" && row->service_revision_arn != service.primary_revision_arn;
  });
  std::ranges::sort(revisions, [](const auto& a, const auto& b) { return a->created_at > b->created_at; });
  return revisions;
}

ExpressGatewayServiceStatusCode status_code_of(const ServiceRow& service) {
  if (service.status == "DRAINING") return ExpressGatewayServiceStatusCode::draining;
  if (service.status == "INACTIVE") return ExpressGatewayServiceStatusCode::inactive;
  return ExpressGatewayServiceStatusCode::active;
}

/// What is wrong with the service now, in the words of its last failed deployment; nothing when all is well (§8, row 26).
std::optional<std::string> status_reason_of(const Reader& rows, const ServiceRow& service) {
  if (service.current_deployment_arn) return std::nullopt;
  std::shared_ptr<const ServiceDeploymentRow> newest;
  rows.for_each(ServiceDeploymentRowIndex::by_service, service.service_arn, [&](const std::shared_ptr<const ServiceDeploymentRow>& row) {
    if (!newest || row->created_at > newest->created_at) newest = row;
  });
  if (!newest || newest->status == ServiceDeploymentStatus::successful) return std::nullopt;
  return newest->status_reason;
}

AccessType access_type_of(const ExpressService& express) {
  return express.access_type == "PRIVATE" ? AccessType::private_ : AccessType::public_;
}

}  // namespace

Result<std::shared_ptr<const ServiceRow>> find_express(
    const Reader& rows, const Caller& who, const std::string& reference, const char* missing
) {
  auto service = find_service(rows, who, std::nullopt, reference);
  if (!service) return Error{missing, cat("Service not found: Resource not found for ", reference, '.')};
  if (!service->express) return invalid_parameter("The service is not an Express service.");
  return service;
}

ExpressGatewayServiceConfiguration describe_configuration(
    const Reader& rows, const ServiceRow& service, const ServiceRevisionRow& revision
) {
  ExpressGatewayServiceConfiguration out;
  out.service_revision_arn = revision.service_revision_arn;
  out.task_definition_arn = revision.task_definition_arn;
  if (auto row = rows.find<TaskDefinitionRow>(revision.task_definition_arn)) {
    const auto& definition = row->definition;
    out.execution_role_arn = definition.execution_role_arn;
    out.task_role_arn = definition.task_role_arn;
    out.cpu = definition.cpu;
    out.memory = definition.memory;
    if (definition.runtime_platform && definition.runtime_platform->cpu_architecture) {
      out.cpu_architecture = parse_enum<ExpressCpuArchitecture>(to_string(*definition.runtime_platform->cpu_architecture));
    }
    out.primary_container = primary_container_of(definition);
  }
  const auto& kept = *revision.express;
  // The user's own groups exactly as given, so that Terraform sees no difference; the managed one only when there are none (§2.6).
  auto groups = kept.security_group_ids;
  if (groups.empty() && service.express->service_security_group_id) groups.push_back(*service.express->service_security_group_id);
  out.network_configuration = ExpressGatewayServiceNetworkConfiguration{.security_groups = std::move(groups), .subnets = kept.subnet_ids};
  out.health_check_path = kept.health_check_path;
  out.scaling_target = kept.scaling_target;
  out.ingress_paths.emplace().push_back(
      {.access_type = access_type_of(*service.express), .endpoint = endpoint_of(rows, *service.express)}
  );
  out.created_at = revision.created_at;
  return out;
}

ECSExpressGatewayService describe_express(const Reader& rows, const ServiceRow& service, bool with_tags) {
  ECSExpressGatewayService out;
  out.cluster = service.cluster_arn;
  out.service_name = service.service_name;
  out.service_arn = service.service_arn;
  out.infrastructure_role_arn = service.express->infrastructure_role_arn;
  out.status = ExpressGatewayServiceStatus{.status_code = status_code_of(service), .status_reason = status_reason_of(rows, service)};
  out.current_deployment = service.current_deployment_arn;
  auto& configurations = out.active_configurations.emplace();
  for (const auto& revision : active_revisions(rows, service)) {
    configurations.push_back(describe_configuration(rows, service, *revision));
  }
  if (with_tags) {
    auto tags = tags_of(rows, service.service_arn);
    if (!tags.empty()) out.tags = std::move(tags);
  }
  out.created_at = service.created_at;
  out.updated_at = service.updated_at;
  return out;
}

/// Errors: ResourceNotFoundException for a service that never was; an INACTIVE one is still described (§1.4).
Result<DescribeExpressGatewayServiceResponse> describe_express_gateway_service(
    Tx& tx, const Caller& who, const DescribeExpressGatewayServiceRequest& in
) {
  auto service = TRY(find_express(tx, who, in.service_arn, "ResourceNotFoundException"));
  bool with_tags = in.include && !in.include->empty();
  return DescribeExpressGatewayServiceResponse{.service = describe_express(tx, *service, with_tags)};
}

}  // namespace roadstead::ecs
