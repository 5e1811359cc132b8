// Finding parameters of Systems Manager by what clients call them. Used by its operations and for tasks.
// Pure; state thread. Source: reference/neighbour-apis.md §7.13.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// A parameter as a request names it: "name", "name:3", "name:label", or an ARN in place of the name.
struct ParameterName {
  std::string name;
  /// ":3", ":label" or empty.
  std::string selector = {};
  /// An ARN does not tell "/name" from "name".
  bool by_arn = false;
};

/// Takes `text` apart. An ARN must be of this installation's `region` and `account`, else the name is empty.
ParameterName parse_parameter_name(std::string_view text, std::string_view region, std::string_view account);

/// The ARN of a parameter: "…:parameter/name", also for names that begin with '/'.
std::string parameter_arn(std::string_view partition, std::string_view region, std::string_view account, std::string_view name);

/// The newest version of a parameter, or null.
std::shared_ptr<const ParameterVersionRow> newest_version(const Reader& rows, const ParameterRow& parameter);

/// The version that a name means, the newest one unless it says otherwise.
/// Errors: ParameterNotFound; ParameterVersionNotFound when only the version is missing.
Result<std::shared_ptr<const ParameterVersionRow>> find_parameter(const Reader& rows, const ParameterName& wanted);

/// What the value of a version is sealed for (base/data/seal.h).
std::string seal_context(const ParameterVersionRow& version);

}  // namespace roadstead
