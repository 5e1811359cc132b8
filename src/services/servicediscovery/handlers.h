// Cloud Map: names for things, told by DNS and by DiscoverInstances. The API keeps the rows; who tells names to containers is
// agent/names, and tasks of ECS services become instances by decide/discovery. Source: reference/neighbour-apis.md §7.14.
#pragma once

#include "api/servicediscovery_service.gen.h"

namespace roadstead::servicediscovery {

/// The table of contents of the service; a slot left out answers "not supported".
extern const Handlers handlers;

}  // namespace roadstead::servicediscovery
