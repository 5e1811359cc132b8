// Whether two objects of one shape hold the same, by walking its description: generated structs use it for ==, which
// spares the compiler four hundred comparison functions. Pure; any thread.
#pragma once

#include "aws/model/type.h"

namespace roadstead {

/// Whether `a` and `b`, both objects of `type`, hold equal values; absent equals only absent.
bool equal(const Type& type, const void* a, const void* b);

}  // namespace roadstead
