// What the control plane does along a task's life, next to what its node does:
//
//   RUNNING (node)  ─► its load-balanced ports become targets, itself an instance of Cloud Map (decide/discovery)
//   wanted STOPPED  ─► the instance goes; targets deregister and drain (DEACTIVATING) ─► released: the node may send signals
//   STOPPED (node)  ─► targets, address and tags are given back; the row is kept a day, then forgotten
//
// State thread. Source: reference/ecs-core.md §3.1, §4.7.
#pragma once

#include <optional>
#include <string>

#include "base/result/result.h"
#include "base/time/time.h"
#include "store/tx/tx.h"

namespace roadstead {

/// How long a stopped task stays to be described. AWS keeps an hour at least.
constexpr auto stopped_task_kept = std::chrono::hours(24);

/// Does what is due for one task, and says when to look again.
Result<std::optional<Instant>> reconcile_task(Tx& tx, const std::string& task_arn);

}  // namespace roadstead
