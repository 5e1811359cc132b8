#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"
#include "services/servicediscovery/health.h"
#include "services/servicediscovery/instance_rules.h"
#include "services/servicediscovery/listing.h"
#include "services/servicediscovery/operations.h"

namespace roadstead::servicediscovery {

namespace {

using InstancePointer = std::shared_ptr<const DiscoveryInstanceRow>;

std::string id_of(const InstancePointer& row) { return row->instance_id; }

Error managed_by_ecs(std::string_view code, const DiscoveryInstanceRow& row) {
  return {
      std::string(code),
      cat("The instance ", row.instance_id, " is managed by Amazon ECS: it comes, changes and goes with its task.")
  };
}

Targets targets_of(const DiscoveryServiceRow& service, const std::string& instance_id) {
  return {{"SERVICE", service.discovery_service_id}, {"INSTANCE", instance_id}};
}

}  // namespace

Result<RegisterInstanceResponse> register_instance(Tx& tx, const Caller&, const RegisterInstanceRequest& in) {
  auto service = TRY(find_service(tx, in.service_id));
  auto before = find_instance(tx, *service, in.instance_id);
  if (before && before.value()->owner) return managed_by_ecs("ResourceInUse", *before.value());
  TRY(check_attributes(*service, in.attributes));
  DiscoveryInstanceRow row{.discovery_service_id = service->discovery_service_id, .instance_id = in.instance_id};
  row.attributes = in.attributes;
  auto health = in.attributes.find("AWS_INIT_HEALTH_STATUS");
  row.health_status = health == in.attributes.end() ? "HEALTHY" : health->second;
  // Once it is there, only UpdateInstanceCustomHealthStatus changes its health.
  if (before) row.health_status = before.value()->health_status;
  row.creator_request_id = in.creator_request_id;
  row.created_at = before ? before.value()->created_at : tx.now();
  put_discovery_instance(tx, std::move(row));
  auto id = record_operation(tx, OperationType::register_instance, targets_of(*service, in.instance_id));
  return RegisterInstanceResponse{.operation_id = id};
}

Result<DeregisterInstanceResponse> deregister_instance(Tx& tx, const Caller&, const DeregisterInstanceRequest& in) {
  auto service = TRY(find_service(tx, in.service_id));
  auto row = TRY(find_instance(tx, *service, in.instance_id));
  if (row->owner) return managed_by_ecs("ResourceInUse", *row);
  erase_discovery_instance(tx, *row);
  auto id = record_operation(tx, OperationType::deregister_instance, targets_of(*service, in.instance_id));
  return DeregisterInstanceResponse{.operation_id = id};
}

Result<GetInstanceResponse> get_instance(Tx& tx, const Caller& who, const GetInstanceRequest& in) {
  auto service = TRY(find_service(tx, in.service_id));
  auto row = TRY(find_instance(tx, *service, in.instance_id));
  Instance out;
  out.id = row->instance_id;
  out.creator_request_id = row->creator_request_id;
  out.attributes = row->attributes;
  out.created_by_account = who.account_id;
  return GetInstanceResponse{.resource_owner = who.account_id, .instance = out};
}

Result<ListInstancesResponse> list_instances(Tx& tx, const Caller& who, const ListInstancesRequest& in) {
  auto service = TRY(find_service(tx, in.service_id));
  auto found = tx.list(DiscoveryInstanceRowIndex::by_service, service->discovery_service_id);
  auto page = TRY(page_for(std::move(found), id_of, in, cat("instances\n", service->discovery_service_id)));
  ListInstancesResponse out{.resource_owner = who.account_id};
  out.instances.emplace();
  for (const auto& row : page.items) {
    InstanceSummary summary;
    summary.id = row->instance_id;
    summary.attributes = row->attributes;
    summary.created_by_account = who.account_id;
    out.instances->push_back(std::move(summary));
  }
  out.next_token = page.next_token;
  return out;
}

Result<GetInstancesHealthStatusResponse> get_instances_health_status(
    Tx& tx, const Caller&, const GetInstancesHealthStatusRequest& in
) {
  auto service = TRY(find_service(tx, in.service_id));
  std::vector<InstancePointer> found;
  if (in.instances) {
    for (const auto& id : *in.instances) found.push_back(TRY(find_instance(tx, *service, id)));
    std::ranges::sort(found, {}, id_of);
  } else {
    found = tx.list(DiscoveryInstanceRowIndex::by_service, service->discovery_service_id);
  }
  auto bound_to = cat("health\n", service->discovery_service_id, '\n', join(in.instances.value_or(std::vector<std::string>{}), "\n"));
  auto page = TRY(page_for(std::move(found), id_of, in, std::move(bound_to)));
  GetInstancesHealthStatusResponse out;
  auto& status = out.status.emplace();
  for (const auto& row : page.items) status[row->instance_id] = shown_health(*service, *row);
  out.next_token = page.next_token;
  return out;
}

Result<Done> update_instance_custom_health_status(
    Tx& tx, const Caller&, const UpdateInstanceCustomHealthStatusRequest& in
) {
  auto service = TRY(find_service(tx, in.service_id));
  auto row = TRY(find_instance(tx, *service, in.instance_id));
  if (!service->health_check_custom_config) {
    return Error{
        "CustomHealthNotFound",
        cat("The service ", service->discovery_service_id, " has no HealthCheckCustomConfig, so its instances have no health to set.")
    };
  }
  if (row->owner) return managed_by_ecs("InvalidInput", *row);
  auto changed = *row;
  changed.health_status = to_string(in.status);
  put_discovery_instance(tx, std::move(changed));
  return Done{};
}

}  // namespace roadstead::servicediscovery
