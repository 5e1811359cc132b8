#include "decide/secrets/parameter_lookup.h"

#include <algorithm>

#include "base/id/arn.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::string_view resource_prefix = "parameter/";

std::shared_ptr<const ParameterVersionRow> find_version(const Reader& rows, const std::string& name, std::int64_t number) {
  ParameterVersionRow wanted{.parameter_name = name, .version = number};
  return rows.find<ParameterVersionRow>(RowTraits<ParameterVersionRow>::key(wanted));
}

std::shared_ptr<const ParameterVersionRow> find_labelled(const Reader& rows, const std::string& name, std::string_view label) {
  std::shared_ptr<const ParameterVersionRow> found;
  rows.for_each(
      ParameterVersionRowIndex::by_parameter, name,
      [&](const std::shared_ptr<const ParameterVersionRow>& row) {
        if (std::ranges::find(row->labels, label) != row->labels.end()) found = row;
        return found == nullptr;
      }
  );
  return found;
}

}  // namespace

ParameterName parse_parameter_name(std::string_view text, std::string_view region, std::string_view account) {
  ParameterName out;
  if (!looks_like_arn(text)) {
    auto colon = text.find(':');
    out.name = text.substr(0, colon);
    if (colon != std::string_view::npos) out.selector = text.substr(colon);
    return out;
  }
  auto arn = parse_arn(text);
  if (!arn || arn->service != "ssm" || arn->region != region || arn->account != account) return out;
  if (!arn->resource.starts_with(resource_prefix)) return out;
  out.by_arn = true;
  auto path = std::string_view(arn->resource).substr(resource_prefix.size());
  auto colon = path.find(':');
  if (colon != std::string_view::npos) out.selector = path.substr(colon);
  out.name = path.substr(0, colon);
  // The ARN of "/a/b" is that of "a/b", which is no name: names with a slash begin with one.
  if (out.name.find('/') != std::string::npos) out.name.insert(0, 1, '/');
  return out;
}

std::string parameter_arn(
    std::string_view partition, std::string_view region, std::string_view account, std::string_view name
) {
  if (name.starts_with('/')) name.remove_prefix(1);
  Arn arn{.partition = std::string(partition), .service = "ssm", .region = std::string(region),
          .account = std::string(account), .resource = cat(resource_prefix, name)};
  return to_string(arn);
}

std::shared_ptr<const ParameterVersionRow> newest_version(const Reader& rows, const ParameterRow& parameter) {
  return find_version(rows, parameter.parameter_name, parameter.version);
}

Result<std::shared_ptr<const ParameterVersionRow>> find_parameter(const Reader& rows, const ParameterName& wanted) {
  auto parameter = rows.find<ParameterRow>(wanted.name);
  if (parameter == nullptr && wanted.by_arn) parameter = rows.find<ParameterRow>(cat('/', wanted.name));
  if (parameter == nullptr) return Error{"ParameterNotFound", cat("Parameter ", wanted.name, " not found.")};
  if (wanted.selector.empty()) {
    auto newest = newest_version(rows, *parameter);
    CHECK(newest != nullptr, "the newest version of a parameter is never dropped");
    return newest;
  }
  const auto& name = parameter->parameter_name;
  auto which = std::string_view(wanted.selector).substr(1);
  auto number = to_number<std::int64_t>(which);
  auto found = number ? find_version(rows, name, *number) : find_labelled(rows, name, which);
  if (found != nullptr) return found;
  auto what = number ? "version" : "label";
  return Error{
      "ParameterVersionNotFound",
      cat("Systems Manager could not find ", what, ' ', which, " of ", name, ". Verify the ", what, " and try again.")
  };
}

std::string seal_context(const ParameterVersionRow& version) {
  return cat("parameter\n", version.parameter_name, '\n', version.version);
}

}  // namespace roadstead
