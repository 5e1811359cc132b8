// What SSM's answers about a version of a parameter have in common. Pure; any thread.
#pragma once

#include "rows/rows.gen.h"

namespace roadstead::ssm {

/// `Shape` is ParameterMetadata or ParameterHistory; fields that only one of them has stay empty.
template <class Shape>
Shape render_version(const ParameterVersionRow& row) {
  Shape out;
  out.name = row.parameter_name;
  out.type = parse_enum<ParameterType>(row.type);
  out.key_id = row.key_id;
  out.last_modified_date = row.last_modified_at;
  out.last_modified_user = row.last_modified_user;
  out.description = row.description;
  out.allowed_pattern = row.allowed_pattern;
  out.version = row.version;
  out.tier = parse_enum<ParameterTier>(row.tier);
  out.policies.emplace();
  out.data_type = row.data_type;
  return out;
}

}  // namespace roadstead::ssm
