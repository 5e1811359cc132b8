// Single values of a definition that no node could do anything with: names of variables, addresses, paths, roles, host ports.
// Pure; state thread. Texts are Roadstead's own, except where they stand in quotation marks in reference/ecs-core.md §2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "rows/rows.gen.h"

namespace roadstead::ecs {

/// Refuses variables without a name, with '=' in it, or with a zero byte. Errors: ClientException.
Status check_environment(const std::optional<std::vector<KeyValuePair>>& environment, std::string_view container);

/// Refuses hosts without a name and addresses that are none, paths that are not absolute, and the same path for two mounts.
/// `windows`: paths have drives. Errors: ClientException.
Status check_values(const ContainerDefinition& container, bool windows);

/// Refuses a host port that two mappings of one protocol ask for. Errors: ClientException.
Status check_host_ports(const TaskDefinition& definition);

/// Makes a role's name its ARN, and an empty text none at all. Errors: ClientException for what is neither name nor ARN of a
/// role; `member` is how the definition calls it.
Status complete_role(std::optional<std::string>& role, std::string_view member, std::string_view account_id);

}  // namespace roadstead::ecs
