// Which parameters the filters of a listing let through: each filter must fit, by one of its values. Pure; state thread.
//
//   Name  Equals BeginsWith Contains      Path  OneLevel Recursive       Type, Tier, DataType  Equals
//   KeyId Equals BeginsWith               Label, tag:…  Equals
//
// Source: AWS's reference of ParameterStringFilter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/ssm/shapes/parameter_string_filter.gen.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

using Filters = std::vector<ParameterStringFilter>;

/// Whether keys and options are such that `passes` knows them. `keys` are those that the operation takes, "tag:" for tags.
/// Errors: InvalidFilterKey, InvalidFilterOption, InvalidFilterValue.
Status check_filters(const Filters& filters, const std::vector<std::string_view>& keys);

/// Whether the newest version of a parameter fits. `filters` were checked.
bool passes(const Reader& rows, const ParameterRow& parameter, const ParameterVersionRow& newest, const Filters& filters);

/// Whether `name` lies under `path`, directly or at any depth.
bool lies_under(std::string_view name, std::string_view path, bool at_any_depth);

/// A text that is the same for the same filters, for page tokens.
std::string text_of(const Filters& filters);

/// InvalidNextToken.
Error invalid_token();

}  // namespace roadstead::ssm
