#include "services/servicediscovery/listing.h"
#include "services/servicediscovery/operations.h"

namespace roadstead::servicediscovery {

namespace {

using OperationPointer = std::shared_ptr<const DiscoveryOperationRow>;

std::string target_of(const DiscoveryOperationRow& row, OperationTargetType type) {
  auto found = row.targets.find(std::string(to_string(type)));
  return found == row.targets.end() ? std::string() : found->second;
}

bool is_between(const OperationFilter& filter, Instant at) {
  auto from = to_number<std::int64_t>(filter.values[0]);
  auto to = to_number<std::int64_t>(filter.values[1]);
  return from && to && at.seconds() >= static_cast<double>(*from) && at.seconds() <= static_cast<double>(*to);
}

bool passes(const DiscoveryOperationRow& row, const OperationFilter& filter) {
  switch (filter.name) {
    case OperationFilterName::namespace_id:
      return fits(filter, target_of(row, OperationTargetType::namespace_));
    case OperationFilterName::service_id:
      return fits(filter, target_of(row, OperationTargetType::service));
    case OperationFilterName::status:
      return fits(filter, row.status);
    case OperationFilterName::type:
      return fits(filter, row.type);
    case OperationFilterName::update_date:
      break;
  }
  return is_between(filter, row.updated_at.value_or(Instant{}));
}

Status check_filters(const std::vector<OperationFilter>& filters) {
  for (const auto& filter : filters) {
    bool is_date = filter.name == OperationFilterName::update_date;
    TRY(check_condition(filter, false, is_date));
    for (const auto& value : filter.values) {
      if (is_date && !to_number<std::int64_t>(value)) {
        return invalid_input("The values of UPDATE_DATE are whole seconds since 1970.");
      }
    }
  }
  return Done{};
}

}  // namespace

Result<GetOperationResponse> get_operation(Tx& tx, const Caller& who, const GetOperationRequest& in) {
  auto row = tx.find<DiscoveryOperationRow>(in.operation_id);
  bool foreign = in.owner_account && *in.owner_account != who.account_id;
  if (!row || foreign || *row->updated_at + operation_kept <= tx.now()) {
    return Error{"OperationNotFound", cat("There is no operation ", in.operation_id, ". Operations are kept a day.")};
  }
  roadstead::servicediscovery::Operation out;
  out.id = row->operation_id;
  out.owner_account = who.account_id;
  out.type = parse_enum<OperationType>(row->type);
  out.status = parse_enum<OperationStatus>(row->status);
  out.error_code = row->error_code;
  out.error_message = row->error_message;
  out.create_date = row->created_at;
  out.update_date = row->updated_at;
  out.targets = row->targets;
  return GetOperationResponse{.operation = out};
}

Result<ListOperationsResponse> list_operations(Tx& tx, const Caller&, const ListOperationsRequest& in) {
  auto filters = in.filters.value_or(std::vector<OperationFilter>{});
  TRY(check_filters(filters));
  std::vector<OperationPointer> found;
  tx.for_each<DiscoveryOperationRow>([&](const OperationPointer& row) {
    if (*row->updated_at + operation_kept <= tx.now()) return;
    if (std::ranges::all_of(filters, [&](const auto& filter) { return passes(*row, filter); })) found.push_back(row);
  });
  auto key = [](const OperationPointer& row) { return row->operation_id; };
  auto page = TRY(page_for(std::move(found), key, in, cat("operations\n", text_of(in.filters))));
  ListOperationsResponse out;
  out.operations.emplace();
  for (const auto& row : page.items) {
    out.operations->push_back({.id = row->operation_id, .status = parse_enum<OperationStatus>(row->status)});
  }
  out.next_token = page.next_token;
  return out;
}

}  // namespace roadstead::servicediscovery
