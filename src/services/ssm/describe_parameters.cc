#include "base/text/text.h"
#include "decide/secrets/page.h"
#include "decide/secrets/parameter_lookup.h"
#include "services/ssm/operations.h"
#include "services/ssm/parameter_filters.h"
#include "services/ssm/parameter_rules.h"
#include "services/ssm/render_version.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

namespace {

using VersionPointer = std::shared_ptr<const ParameterVersionRow>;

constexpr std::size_t default_page = 50;

/// The filters of a request in their newer form. Errors: ValidationException when both forms are given.
Result<Filters> filters_of(const DescribeParametersRequest& in) {
  if (!in.filters) return in.parameter_filters.value_or(Filters());
  if (in.parameter_filters) {
    return validation_error("You can use either Filters or ParameterFilters in a single request.");
  }
  Filters out;
  for (const auto& old : *in.filters) {
    ParameterStringFilter filter{.key = std::string(to_string(old.key)), .values = old.values};
    if (old.key == ParametersFilterKey::name) filter.option = "BeginsWith";
    out.push_back(std::move(filter));
  }
  return out;
}

ParameterMetadata render_metadata(const ParameterRow& parameter, const ParameterVersionRow& row) {
  auto out = render_version<ParameterMetadata>(row);
  out.arn = parameter.parameter_arn;
  return out;
}

}  // namespace

Result<DescribeParametersResult> describe_parameters(Tx& tx, const Caller&, const DescribeParametersRequest& in) {
  auto filters = TRY(filters_of(in));
  TRY(check_filters(filters, {"Name", "Path", "Type", "KeyId", "Tier", "DataType", "tag:"}));
  PageRequest wanted{.filters = cat("describe\n", text_of(filters)), .token = in.next_token};
  wanted.size = in.max_results ? static_cast<std::size_t>(*in.max_results) : default_page;
  std::vector<ParameterMetadata> found;
  bool shared = in.shared.value_or(false);  // nobody shares parameters with us
  tx.for_each<ParameterRow>([&](const ParameterRow& parameter) {
    auto newest = newest_version(tx, parameter);
    if (newest == nullptr || shared || !passes(tx, parameter, *newest, filters)) return;
    found.push_back(render_metadata(parameter, *newest));
  });
  auto page = page_of(std::move(found), [](const ParameterMetadata& row) { return *row.name; }, wanted);
  if (!page) return invalid_token();
  DescribeParametersResult out;
  out.parameters = std::move(page->items);
  out.next_token = page->next_token;
  return out;
}

}  // namespace roadstead::ssm
