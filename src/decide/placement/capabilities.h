// What a task definition needs of its container instance, by the names of ECS's attributes, and which of them every node of
// Roadstead has: all that a definition can be registered with, so that placement on nodes never fails for want of one.
//
// Pure; any thread. Values are not used: a capability is there or it is not. Source: reference/ecs-core.md §2.6, §5.4;
// agent-protocol.md, the attributes of RegisterContainerInstance.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rows/rows.gen.h"

namespace roadstead {

/// The names of `requiresAttributes`, in the order of the features, no name twice. The definition is a complete one.
std::vector<std::string> required_capabilities(const ecs::TaskDefinition& definition);

/// What every node has, in the order of the names.
std::span<const std::string_view> node_capabilities();

/// Whether every node has it.
bool is_node_capability(std::string_view name);

/// Whether an image is of Amazon's registry: "123456789012.dkr.ecr.us-east-1.amazonaws.com/repository:tag".
bool is_ecr_image(std::string_view image);

}  // namespace roadstead
