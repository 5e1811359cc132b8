// The one place where it is decided whether a caller may do what it asks. Deny by default. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "aws/model/caller.h"

namespace roadstead {

/// Whether `caller` may do `action` ("ecs:RunTask") to `resource` (an ARN, or "*").
/// Principals of the account that owns this Roadstead may do everything; anyone who is genuine may ask who he is.
bool authorise(
    const Caller& caller, std::string_view action, std::string_view resource, std::string_view owner_account
);

}  // namespace roadstead
