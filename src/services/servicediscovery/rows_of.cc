#include "services/servicediscovery/rows_of.h"

#include "aws/model/key.h"
#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/discovery/discovery_rows.h"

namespace roadstead::servicediscovery {

namespace {

std::string key_of(Instant at) {
  std::string key;
  append_key(key, at);
  return key;
}

}  // namespace

Error invalid_input(std::string message) { return {"InvalidInput", std::move(message)}; }

std::string new_resource_id(Tx& tx, std::string_view prefix) {
  return cat(prefix, '-', to_lower(new_base32(tx.ids(), 16)));
}

std::string resource_arn(const Caller& who, std::string resource) {
  Arn arn{.partition = who.partition, .service = "servicediscovery", .region = who.region, .account = who.account_id};
  arn.resource = std::move(resource);
  return to_string(arn);
}

Result<std::shared_ptr<const NamespaceRow>> find_namespace(const Reader& rows, const std::string& id_or_arn) {
  auto row = rows.find<NamespaceRow>(discovery_id(id_or_arn, "namespace"));
  if (row && (!looks_like_arn(id_or_arn) || row->namespace_arn == id_or_arn)) return row;
  return Error{"NamespaceNotFound", cat("The namespace ", id_or_arn, " does not exist.")};
}

Result<std::shared_ptr<const DiscoveryServiceRow>> find_service(const Reader& rows, const std::string& id_or_arn) {
  if (auto row = find_discovery_service(rows, id_or_arn)) return row;
  return Error{"ServiceNotFound", cat("The service ", id_or_arn, " does not exist.")};
}

Result<std::shared_ptr<const DiscoveryInstanceRow>> find_instance(
    const Reader& rows, const DiscoveryServiceRow& service, const std::string& instance_id
) {
  DiscoveryInstanceRow wanted{.discovery_service_id = service.discovery_service_id, .instance_id = instance_id};
  if (auto row = rows.find<DiscoveryInstanceRow>(RowTraits<DiscoveryInstanceRow>::key(wanted))) return row;
  return Error{
      "InstanceNotFound",
      cat("The service ", service.discovery_service_id, " has no instance ", instance_id, '.')
  };
}

std::string record_operation(Tx& tx, OperationType type, Targets targets) {
  std::vector<std::string> old;
  tx.for_each_between(
      DiscoveryOperationRowIndex::by_update, key_of(Instant{}), key_of(tx.now() - operation_kept),
      [&](const DiscoveryOperationRow& row) { old.push_back(row.operation_id); }
  );
  for (const auto& id : old) tx.erase<DiscoveryOperationRow>(id);
  DiscoveryOperationRow row{.operation_id = cat(to_lower(new_base32(tx.ids(), 32)), '-', new_hex(tx.ids(), 8))};
  row.type = to_string(type);
  row.status = to_string(OperationStatus::success);
  row.targets = std::move(targets);
  row.created_at = tx.now();
  row.updated_at = tx.now();
  return tx.put(std::move(row))->operation_id;
}

}  // namespace roadstead::servicediscovery
