// The table of contents of ECS: which operation is answered by which function. A slot left out answers
// UnsupportedFeatureException, naming the operation.
#pragma once

#include "api/ecs_service.gen.h"

namespace roadstead::ecs {

extern const Handlers handlers;

}  // namespace roadstead::ecs
