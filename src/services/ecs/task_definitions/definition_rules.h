// What makes a task definition valid, and what the service fills in. Pure. Source: reference/ecs-core.md §2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/ecs/register_task_definition.gen.h"
#include "base/result/result.h"

namespace roadstead::ecs {

/// Checks a definition and fills in every default, so that the result is what DescribeTaskDefinition answers (§2.6).
/// `account_id` expands bare role names. Errors: ClientException, InvalidParameterException with AWS's texts.
Result<TaskDefinition> complete_definition(TaskDefinition definition, std::string_view account_id);

/// CPU units from "1024", "1 vCPU" or ".5 vcpu"; nothing when it is neither.
std::optional<int> parse_cpu_units(std::string_view text);

/// MiB from "1024", "1GB" or "0.5 GB"; nothing when it is neither.
std::optional<int> parse_memory_mib(std::string_view text);

/// What keeps a definition off Fargate, with AWS's words; Done when nothing does. `definition` has its defaults. Errors: ClientException.
Status check_fargate(const TaskDefinition& definition);

/// Refuses storage of less than 21 or more than 200 GiB. Errors: ClientException.
Status check_ephemeral_storage(const EphemeralStorage& storage);

/// Whether Fargate has a size with this much of both (§2.5); otherwise the refusal, which says what fits.
Status check_fargate_size(int cpu_units, int memory_mib);

}  // namespace roadstead::ecs
