// The events that ECS sends to the bus "default" when tasks, container instances, services and deployments change: a
// consequence of the very transaction that changes them, so a crash loses none (store/tx/database.h).
//
// Nothing is rendered when no enabled rule has a pattern. Receivers tell repetitions by detail.version, as with AWS.
// State thread. Source: reference/ecs-core.md §10, Appendix C.
#pragma once

#include <span>

#include "store/tx/tx.h"

namespace roadstead::ecs {

/// Owes the calls that follow from `changes` to the targets of rules that want to know.
void tell_state_changes(Tx& tx, std::span<const Change> changes);

}  // namespace roadstead::ecs
