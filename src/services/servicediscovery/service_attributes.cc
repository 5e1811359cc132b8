#include "base/text/text.h"
#include "services/servicediscovery/operations.h"
#include "services/servicediscovery/rows_of.h"

namespace roadstead::servicediscovery {

namespace {

constexpr std::size_t most_attributes = 30;

}  // namespace

Result<GetServiceAttributesResponse> get_service_attributes(Tx& tx, const Caller& who, const GetServiceAttributesRequest& in) {
  auto service = TRY(find_service(tx, in.service_id));
  ServiceAttributes out;
  out.service_arn = service->discovery_service_arn;
  out.resource_owner = who.account_id;
  out.attributes = service->attributes;
  return GetServiceAttributesResponse{.service_attributes = out};
}

Result<UpdateServiceAttributesResponse> update_service_attributes(
    Tx& tx, const Caller&, const UpdateServiceAttributesRequest& in
) {
  auto service = TRY(find_service(tx, in.service_id));
  auto attributes = service->attributes;
  for (const auto& [key, value] : in.attributes) attributes[key] = value;
  if (attributes.size() > most_attributes) {
    return Error{"ServiceAttributesLimitExceededException", "A service can have no more than 30 attributes."};
  }
  tx.update<DiscoveryServiceRow>(service->discovery_service_id, [&](DiscoveryServiceRow& row) {
    row.attributes = std::move(attributes);
  });
  return UpdateServiceAttributesResponse{};
}

Result<DeleteServiceAttributesResponse> delete_service_attributes(
    Tx& tx, const Caller&, const DeleteServiceAttributesRequest& in
) {
  auto service = TRY(find_service(tx, in.service_id));
  tx.update<DiscoveryServiceRow>(service->discovery_service_id, [&](DiscoveryServiceRow& row) {
    for (const auto& key : in.attributes) row.attributes.erase(key);
  });
  return DeleteServiceAttributesResponse{};
}

}  // namespace roadstead::servicediscovery
