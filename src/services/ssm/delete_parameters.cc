#include "decide/secrets/parameter_lookup.h"
#include "services/ssm/operations.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

namespace {

/// Erases a parameter with its versions and tags. Errors: ParameterNotFound.
Status erase_parameter(Tx& tx, const Caller& who, const std::string& text) {
  auto newest = TRY(find_parameter(tx, parse_parameter_name(text, who.region, who.account_id)));
  auto name = newest->parameter_name;
  auto parameter = tx.find<ParameterRow>(name);
  for (const auto& version : tx.list(ParameterVersionRowIndex::by_parameter, name)) {
    tx.erase<ParameterVersionRow>(RowTraits<ParameterVersionRow>::key(*version));
  }
  tx.erase<ResourceTagsRow>(parameter->parameter_arn);
  tx.erase<ParameterRow>(name);
  return Done{};
}

}  // namespace

Result<DeleteParameterResult> delete_parameter(Tx& tx, const Caller& who, const DeleteParameterRequest& in) {
  TRY(erase_parameter(tx, who, in.name));
  return DeleteParameterResult{};
}

Result<DeleteParametersResult> delete_parameters(Tx& tx, const Caller& who, const DeleteParametersRequest& in) {
  DeleteParametersResult out;
  out.deleted_parameters.emplace();
  out.invalid_parameters.emplace();
  for (const auto& name : in.names) {
    auto& list = erase_parameter(tx, who, name) ? *out.deleted_parameters : *out.invalid_parameters;
    list.push_back(name);
  }
  return out;
}

}  // namespace roadstead::ssm
