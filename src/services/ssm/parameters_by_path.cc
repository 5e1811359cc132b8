#include "base/text/text.h"
#include "decide/secrets/page.h"
#include "decide/secrets/parameter_lookup.h"
#include "services/ssm/operations.h"
#include "services/ssm/parameter_filters.h"
#include "services/ssm/parameter_rules.h"
#include "services/ssm/render_parameter.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

namespace {

using VersionPointer = std::shared_ptr<const ParameterVersionRow>;

constexpr std::size_t default_page = 10;

}  // namespace

Result<GetParametersByPathResult> get_parameters_by_path(
    const SealingKey& key, Tx& tx, const Caller&, const GetParametersByPathRequest& in
) {
  if (!in.path.starts_with('/')) {
    return validation_error(
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "
        "\"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the "
        "following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed."
    );
  }
  auto filters = in.parameter_filters.value_or(Filters());
  TRY(check_filters(filters, {"Type", "KeyId", "Label"}));
  bool recursive = in.recursive.value_or(false);
  PageRequest wanted{.filters = cat(in.path, recursive ? "\nr\n" : "\n1\n", text_of(filters)), .token = in.next_token};
  wanted.size = in.max_results ? static_cast<std::size_t>(*in.max_results) : default_page;
  std::vector<VersionPointer> found;
  tx.for_each<ParameterRow>([&](const ParameterRow& parameter) {
    if (!lies_under(parameter.parameter_name, in.path, recursive)) return;
    auto newest = newest_version(tx, parameter);
    if (newest != nullptr && passes(tx, parameter, *newest, filters)) found.push_back(std::move(newest));
  });
  auto page = page_of(std::move(found), [](const VersionPointer& row) { return row->parameter_name; }, wanted);
  if (!page) return invalid_token();
  GetParametersByPathResult out;
  out.parameters.emplace();
  for (const auto& version : page->items) {
    out.parameters->push_back(TRY(render_parameter(key, tx, *version, "", in.with_decryption.value_or(false))));
  }
  out.next_token = page->next_token;
  return out;
}

}  // namespace roadstead::ssm
