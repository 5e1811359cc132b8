// Whether an object keeps within the bounds that its model sets: sizes, ranges, patterns. What is missing or not an
// enumerator is found earlier, by the codecs, since a struct cannot hold it. Pure; any thread.
#pragma once

#include "aws/model/service_model.h"
#include "aws/model/type.h"
#include "base/result/result.h"

namespace roadstead {

/// The first value of `object`, of `type`, that is out of bounds, as a refusal.
Status check(const Refusals& refusals, const Type& type, const void* object);

}  // namespace roadstead
