#include "base/text/text.h"
#include "decide/tags/resource_tags.h"
#include "services/servicediscovery/listing.h"
#include "services/servicediscovery/name_rules.h"
#include "services/servicediscovery/operations.h"
#include "services/servicediscovery/rows_of.h"
#include "services/servicediscovery/tag_rules.h"

namespace roadstead::servicediscovery {

namespace {

using NamespacePointer = std::shared_ptr<const NamespaceRow>;

constexpr std::int64_t default_soa_ttl = 15;

/// What the three ways to make a namespace have in common.
template <class Request>
NamespaceRow new_namespace(Tx& tx, const Caller& who, const Request& in, NamespaceType type) {
  NamespaceRow row{.namespace_id = new_resource_id(tx, "ns"), .namespace_name = in.name};
  row.namespace_arn = resource_arn(who, cat("namespace/", row.namespace_id));
  row.type = to_string(type);
  row.description = in.description;
  row.creator_request_id = in.creator_request_id;
  row.created_at = tx.now();
  if (type != NamespaceType::http) row.hosted_zone_id = cat('Z', new_base32(tx.ids(), 20));
  return row;
}

/// Names of DNS are the same whatever their case, and a name is a namespace once whatever its type.
Status check_free(const Reader& rows, const NamespaceRow& wanted) {
  NamespacePointer found;
  rows.for_each<NamespaceRow>([&](const NamespacePointer& row) {
    if (equal_ignoring_case(row->namespace_name, wanted.namespace_name)) found = row;
    return !found;
  });
  if (!found) return Done{};
  Error error{"NamespaceAlreadyExists", "The namespace that you're trying to create already exists."};
  error.resource_ids = cat(found->namespace_id, ',', found->creator_request_id.value_or(""));
  return error;
}

/// Stores a namespace with its tags. Gives the id of the operation. Errors: NamespaceAlreadyExists, TooManyTagsException.
Result<std::string> store_namespace(Tx& tx, NamespaceRow row, const std::optional<std::vector<Tag>>& tags) {
  TRY(check_free(tx, row));
  if (tags) TRY(add_tags(tx, row.namespace_arn, *tags));
  auto stored = tx.put(std::move(row));
  return record_operation(tx, OperationType::create_namespace, {{"NAMESPACE", stored->namespace_id}});
}

/// The namespace that an update is for. Errors: NamespaceNotFound; InvalidInput when it is of another type.
Result<NamespacePointer> namespace_of_type(const Reader& rows, const std::string& id, NamespaceType type) {
  auto row = TRY(find_namespace(rows, id));
  if (row->type == to_string(type)) return row;
  return invalid_input(cat("The namespace ", id, " is of type ", row->type, ". Use the operation for that type."));
}

template <class Change>
std::string update_namespace(Tx& tx, const NamespaceRow& row, Change&& change) {
  tx.update<NamespaceRow>(row.namespace_id, std::forward<Change>(change));
  return record_operation(tx, OperationType::update_namespace, {{"NAMESPACE", row.namespace_id}});
}

template <class Change>
void change_dns_namespace(NamespaceRow& row, const Change& change) {
  if (change.description) row.description = change.description;
  if (change.properties) row.soa_ttl = change.properties->dns_properties.soa.ttl;
}

/// `Shape` is Namespace or NamespaceSummary.
template <class Shape>
Shape render_namespace(const Reader& rows, const Caller& who, const NamespaceRow& row) {
  Shape out;
  out.id = row.namespace_id;
  out.arn = row.namespace_arn;
  out.resource_owner = who.account_id;
  out.name = row.namespace_name;
  out.type = parse_enum<NamespaceType>(row.type);
  out.description = row.description;
  out.service_count = static_cast<std::int32_t>(rows.count(DiscoveryServiceRowIndex::by_namespace, row.namespace_id));
  auto& properties = out.properties.emplace();
  properties.http_properties = HttpProperties{.http_name = row.namespace_name};
  if (row.hosted_zone_id) {
    auto& dns = properties.dns_properties.emplace();
    dns.hosted_zone_id = row.hosted_zone_id;
    dns.soa = SOA{.ttl = row.soa_ttl.value_or(default_soa_ttl)};
  }
  out.create_date = row.created_at;
  return out;
}

bool passes(const Caller& who, const NamespaceRow& row, const NamespaceFilter& filter) {
  switch (filter.name) {
    case NamespaceFilterName::type:
      return fits(filter, row.type);
    case NamespaceFilterName::name:
    case NamespaceFilterName::http_name:
      return fits(filter, row.namespace_name);
    case NamespaceFilterName::resource_owner:
      break;
  }
  return fits(filter, "SELF") || fits(filter, who.account_id);
}

}  // namespace

Result<CreateHttpNamespaceResponse> create_http_namespace(Tx& tx, const Caller& who, const CreateHttpNamespaceRequest& in) {
  auto id = TRY(store_namespace(tx, new_namespace(tx, who, in, NamespaceType::http), in.tags));
  return CreateHttpNamespaceResponse{.operation_id = id};
}

Result<CreatePrivateDnsNamespaceResponse> create_private_dns_namespace(
    Tx& tx, const Caller& who, const CreatePrivateDnsNamespaceRequest& in
) {
  TRY(check_dns_namespace(in.name));
  if (!in.vpc.starts_with("vpc-")) return invalid_input(cat("The VPC ", in.vpc, " is not the id of one: vpc-…."));
  auto row = new_namespace(tx, who, in, NamespaceType::dns_private);
  row.vpc_id = in.vpc;
  if (in.properties) row.soa_ttl = in.properties->dns_properties.soa.ttl;
  return CreatePrivateDnsNamespaceResponse{.operation_id = TRY(store_namespace(tx, std::move(row), in.tags))};
}

Result<CreatePublicDnsNamespaceResponse> create_public_dns_namespace(
    Tx& tx, const Caller& who, const CreatePublicDnsNamespaceRequest& in
) {
  TRY(check_dns_namespace(in.name));
  if (in.name.find('.') == std::string::npos) {
    return invalid_input(cat("The public namespace ", in.name, " must be a domain with a dot in it: example.com."));
  }
  auto row = new_namespace(tx, who, in, NamespaceType::dns_public);
  if (in.properties) row.soa_ttl = in.properties->dns_properties.soa.ttl;
  return CreatePublicDnsNamespaceResponse{.operation_id = TRY(store_namespace(tx, std::move(row), in.tags))};
}

Result<UpdateHttpNamespaceResponse> update_http_namespace(Tx& tx, const Caller&, const UpdateHttpNamespaceRequest& in) {
  auto row = TRY(namespace_of_type(tx, in.id, NamespaceType::http));
  auto id = update_namespace(tx, *row, [&](NamespaceRow& changed) { changed.description = in.namespace_.description; });
  return UpdateHttpNamespaceResponse{.operation_id = id};
}

Result<UpdatePrivateDnsNamespaceResponse> update_private_dns_namespace(
    Tx& tx, const Caller&, const UpdatePrivateDnsNamespaceRequest& in
) {
  auto row = TRY(namespace_of_type(tx, in.id, NamespaceType::dns_private));
  auto id = update_namespace(tx, *row, [&](NamespaceRow& changed) { change_dns_namespace(changed, in.namespace_); });
  return UpdatePrivateDnsNamespaceResponse{.operation_id = id};
}

Result<UpdatePublicDnsNamespaceResponse> update_public_dns_namespace(
    Tx& tx, const Caller&, const UpdatePublicDnsNamespaceRequest& in
) {
  auto row = TRY(namespace_of_type(tx, in.id, NamespaceType::dns_public));
  auto id = update_namespace(tx, *row, [&](NamespaceRow& changed) { change_dns_namespace(changed, in.namespace_); });
  return UpdatePublicDnsNamespaceResponse{.operation_id = id};
}

Result<DeleteNamespaceResponse> delete_namespace(Tx& tx, const Caller&, const DeleteNamespaceRequest& in) {
  auto row = TRY(find_namespace(tx, in.id));
  if (tx.count(DiscoveryServiceRowIndex::by_namespace, row->namespace_id) > 0) {
    return Error{
        "ResourceInUse", "Namespace has associated services; delete the services before deleting the namespace"
    };
  }
  write_resource_tags(tx, row->namespace_arn, {});
  tx.erase<NamespaceRow>(row->namespace_id);
  return DeleteNamespaceResponse{
      .operation_id = record_operation(tx, OperationType::delete_namespace, {{"NAMESPACE", row->namespace_id}})
  };
}

Result<GetNamespaceResponse> get_namespace(Tx& tx, const Caller& who, const GetNamespaceRequest& in) {
  auto row = TRY(find_namespace(tx, in.id));
  auto out = render_namespace<Namespace>(tx, who, *row);
  out.creator_request_id = row->creator_request_id;
  return GetNamespaceResponse{.namespace_ = out};
}

Result<ListNamespacesResponse> list_namespaces(Tx& tx, const Caller& who, const ListNamespacesRequest& in) {
  auto filters = in.filters.value_or(std::vector<NamespaceFilter>{});
  for (const auto& filter : filters) {
    bool is_name = filter.name == NamespaceFilterName::name || filter.name == NamespaceFilterName::http_name;
    TRY(check_condition(filter, is_name));
  }
  std::vector<NamespacePointer> found;
  tx.for_each<NamespaceRow>([&](const NamespacePointer& row) {
    if (std::ranges::all_of(filters, [&](const auto& filter) { return passes(who, *row, filter); })) found.push_back(row);
  });
  auto key = [](const NamespacePointer& row) { return row->namespace_id; };
  auto page = TRY(page_for(std::move(found), key, in, cat("namespaces\n", text_of(in.filters))));
  ListNamespacesResponse out;
  out.namespaces.emplace();
  for (const auto& row : page.items) out.namespaces->push_back(render_namespace<NamespaceSummary>(tx, who, *row));
  out.next_token = page.next_token;
  return out;
}

}  // namespace roadstead::servicediscovery
