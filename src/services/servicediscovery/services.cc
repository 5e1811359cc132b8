#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"
#include "decide/tags/resource_tags.h"
#include "services/servicediscovery/listing.h"
#include "services/servicediscovery/operations.h"
#include "services/servicediscovery/service_rules.h"
#include "services/servicediscovery/tag_rules.h"

namespace roadstead::servicediscovery {

namespace {

using ServicePointer = std::shared_ptr<const DiscoveryServiceRow>;

/// The namespace may be named in two places. Errors: InvalidInput when it is in none, or they differ; NamespaceNotFound.
Result<std::shared_ptr<const NamespaceRow>> namespace_for(const Reader& rows, const CreateServiceRequest& in) {
  auto outer = in.namespace_id;
  auto inner = in.dns_config ? in.dns_config->namespace_id : std::nullopt;
  if (!outer && !inner) return invalid_input("A service needs the NamespaceId that it is to be in.");
  auto space = TRY(find_namespace(rows, outer ? *outer : *inner));
  if (outer && inner && discovery_id(*inner, "namespace") != space->namespace_id) {
    return invalid_input("NamespaceId and DnsConfig.NamespaceId name two namespaces. Give one of them.");
  }
  return space;
}

/// Errors: ServiceAlreadyExists.
Status check_free(const Reader& rows, const NamespaceRow& space, const std::string& name) {
  ServicePointer found;
  rows.for_each(DiscoveryServiceRowIndex::by_namespace, space.namespace_id, [&](const ServicePointer& row) {
    if (equal_ignoring_case(row->discovery_service_name, name)) found = row;
    return !found;
  });
  if (!found) return Done{};
  Error error{"ServiceAlreadyExists", "The service can't be created because a service with the same name already exists."};
  error.resource_ids = cat(
      found->discovery_service_id, ',', found->discovery_service_arn, ',', found->creator_request_id.value_or("")
  );
  return error;
}

DiscoveryServiceRow service_row(Tx& tx, const Caller& who, const CreateServiceRequest& in, const NamespaceRow& space) {
  DiscoveryServiceRow row{.discovery_service_id = new_resource_id(tx, "srv"), .discovery_service_name = in.name};
  row.discovery_service_arn = resource_arn(who, cat("service/", row.discovery_service_id));
  row.namespace_id = space.namespace_id;
  row.description = in.description;
  row.type = to_string(in.dns_config ? ServiceType::dns_http : ServiceType::http);
  if (in.dns_config) {
    row.dns_config = in.dns_config;
    row.dns_config->namespace_id = space.namespace_id;
    row.dns_config->routing_policy = in.dns_config->routing_policy.value_or(RoutingPolicy::multivalue);
  }
  // AWS waits no more than one report, whatever threshold is given (§7.14).
  if (in.health_check_custom_config) row.health_check_custom_config = HealthCheckCustomConfig{.failure_threshold = 1};
  row.creator_request_id = in.creator_request_id;
  row.created_at = tx.now();
  return row;
}

/// `Shape` is Service or ServiceSummary.
template <class Shape>
Shape render_service(const Reader& rows, const Caller& who, const DiscoveryServiceRow& row) {
  Shape out;
  out.id = row.discovery_service_id;
  out.arn = row.discovery_service_arn;
  out.resource_owner = who.account_id;
  out.name = row.discovery_service_name;
  if (row.type) out.type = parse_enum<ServiceType>(*row.type);
  out.description = row.description;
  auto count = rows.count(DiscoveryInstanceRowIndex::by_service, row.discovery_service_id);
  out.instance_count = static_cast<std::int32_t>(count);
  out.dns_config = row.dns_config.value_or(DnsConfig{});
  out.health_check_config = row.health_check_config;
  out.health_check_custom_config = row.health_check_custom_config;
  out.create_date = row.created_at;
  out.created_by_account = who.account_id;
  return out;
}

Service render_whole_service(const Reader& rows, const Caller& who, const DiscoveryServiceRow& row) {
  auto out = render_service<Service>(rows, who, row);
  out.namespace_id = row.namespace_id;
  out.creator_request_id = row.creator_request_id;
  return out;
}

/// Errors: InvalidInput for records of types that the service does not have.
Status check_change(const ServiceChange& change, const DiscoveryServiceRow& service) {
  TRY(check_health_checks(change.health_check_config));
  if (!change.dns_config) return Done{};
  if (!service.dns_config) return invalid_input("The service has no DnsConfig, and none can be added to it.");
  for (const auto& record : change.dns_config->dns_records) {
    if (has_record(service, record.type)) continue;
    return invalid_input(cat("The service has no DnsRecord of type ", to_string(record.type), ", and none can be added to it."));
  }
  return check_records(change.dns_config->dns_records, service.dns_config->routing_policy.value_or(RoutingPolicy::multivalue));
}

}  // namespace

Result<CreateServiceResponse> create_service(Tx& tx, const Caller& who, const CreateServiceRequest& in) {
  auto space = TRY(namespace_for(tx, in));
  TRY(check_service(in, *space));
  TRY(check_free(tx, *space, in.name));
  auto row = tx.put(service_row(tx, who, in, *space));
  if (in.tags) TRY(add_tags(tx, row->discovery_service_arn, *in.tags));
  return CreateServiceResponse{.service = render_whole_service(tx, who, *row)};
}

Result<UpdateServiceResponse> update_service(Tx& tx, const Caller&, const UpdateServiceRequest& in) {
  auto service = TRY(find_service(tx, in.id));
  TRY(check_change(in.service, *service));
  tx.update<DiscoveryServiceRow>(service->discovery_service_id, [&](DiscoveryServiceRow& row) {
    if (in.service.description) row.description = in.service.description;
    if (in.service.dns_config) row.dns_config->dns_records = in.service.dns_config->dns_records;
  });
  return UpdateServiceResponse{
      .operation_id = record_operation(tx, OperationType::update_service, {{"SERVICE", service->discovery_service_id}})
  };
}

Result<DeleteServiceResponse> delete_service(Tx& tx, const Caller&, const DeleteServiceRequest& in) {
  auto service = TRY(find_service(tx, in.id));
  if (tx.count(DiscoveryInstanceRowIndex::by_service, service->discovery_service_id) > 0) {
    return Error{
        "ResourceInUse", "Service contains registered instances; delete the instances before deleting the service"
    };
  }
  bool offered = false;
  tx.for_each<ConnectEndpointRow>([&](const ConnectEndpointRow& row) {
    offered = offered || row.discovery_service_id == service->discovery_service_id;
  });
  if (offered) {
    return Error{"ResourceInUse", "The service is managed by Amazon ECS for Service Connect; change or delete the service of ECS instead."};
  }
  write_resource_tags(tx, service->discovery_service_arn, {});
  tx.erase<DiscoveryServiceRow>(service->discovery_service_id);
  return DeleteServiceResponse{};
}

Result<GetServiceResponse> get_service(Tx& tx, const Caller& who, const GetServiceRequest& in) {
  auto service = TRY(find_service(tx, in.id));
  return GetServiceResponse{.service = render_whole_service(tx, who, *service)};
}

Result<ListServicesResponse> list_services(Tx& tx, const Caller& who, const ListServicesRequest& in) {
  auto filters = in.filters.value_or(std::vector<ServiceFilter>{});
  for (const auto& filter : filters) TRY(check_condition(filter));
  auto passes = [&](const DiscoveryServiceRow& row, const ServiceFilter& filter) {
    if (filter.name == ServiceFilterName::resource_owner) return fits(filter, "SELF") || fits(filter, who.account_id);
    return fits(filter, row.namespace_id) || fits(filter, tx.find<NamespaceRow>(row.namespace_id)->namespace_arn);
  };
  std::vector<ServicePointer> found;
  tx.for_each<DiscoveryServiceRow>([&](const ServicePointer& row) {
    if (std::ranges::all_of(filters, [&](const auto& filter) { return passes(*row, filter); })) found.push_back(row);
  });
  auto key = [](const ServicePointer& row) { return row->discovery_service_id; };
  auto page = TRY(page_for(std::move(found), key, in, cat("services\n", text_of(in.filters))));
  ListServicesResponse out;
  out.services.emplace();
  for (const auto& row : page.items) out.services->push_back(render_service<ServiceSummary>(tx, who, *row));
  out.next_token = page.next_token;
  return out;
}

}  // namespace roadstead::servicediscovery
