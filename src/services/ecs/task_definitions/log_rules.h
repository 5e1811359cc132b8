// What logConfiguration and firelensConfiguration of a task definition may say, with AWS's words where they are known.
// Pure; state thread. Source: reference/ecs-core.md §2.5, §7.
#pragma once

#include "api/ecs/shapes/log_configuration.gen.h"
#include "api/ecs/shapes/task_definition.gen.h"
#include "base/result/result.h"

namespace roadstead::ecs {

/// Errors: ClientException for a driver that is not here, and for options that it does not take.
Status check_log_configuration(const LogConfiguration& log);

/// Whether there is exactly one router when something logs to it, and its options are known. Errors: ClientException.
Status check_firelens(const TaskDefinition& definition);

}  // namespace roadstead::ecs
