// What names and values of parameters must look like. Pure. Source: AWS's reference of PutParameter.
#pragma once

#include <string>
#include <string_view>

#include "api/ssm/shapes/put_parameter_request.gen.h"
#include "base/result/result.h"

namespace roadstead::ssm {

Error validation_error(std::string message);

/// Errors: ValidationException, AccessDeniedException (reserved), HierarchyLevelLimitExceededException.
Status check_name(std::string_view name);

/// The tier that a value is kept in. Errors: ValidationException when it is empty or too long for the tier asked for.
Result<std::string> tier_for(const PutParameterRequest& in);

/// Errors: InvalidAllowedPatternException, ParameterPatternMismatchException.
Status check_allowed_pattern(const std::string& pattern, const std::string& value);

/// What does not hang on the parameter that may be there. Errors: ValidationException, InvalidPolicyTypeException.
Status check_request(const PutParameterRequest& in);

}  // namespace roadstead::ssm
