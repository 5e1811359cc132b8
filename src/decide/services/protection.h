// Whether a task is protected from scale-in now. Pure. Source: reference/ecs-core.md §4.14.
#pragma once

#include "base/time/time.h"
#include "rows/rows.gen.h"

namespace roadstead {

/// Whether the service scheduler must leave a task alone at `now`.
inline bool is_protected(const TaskRow& task, Instant now) {
  return task.protection_enabled && (!task.protection_expires_at || *task.protection_expires_at > now);
}

}  // namespace roadstead
