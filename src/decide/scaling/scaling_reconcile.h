// Scales one service: builds the view, plans, applies, in one transaction. Key: "service/<cluster>/<name>".
//
//   activity:  InProgress ──────────────────────► Successful
//                  │ desired count changed again ─► Overridden
//
// State thread. Draws on the MetricStore beside rows; changes rows only.
#pragma once

#include <optional>
#include <string>

#include "base/result/result.h"
#include "decide/metrics/metric_store.h"
#include "decide/scaling/scaling_plan.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Copies what concerns the scaling of a service out of rows and points; nothing when nothing is to be scaled.
std::optional<ScalingView> scaling_view_of(const Reader& rows, const MetricStore& measured, const std::string& resource_id);

/// Does what has to be done now and says when to be called again if no row changes.
Result<std::optional<Instant>> reconcile_scaling(Tx& tx, const MetricStore& measured, const std::string& resource_id);

}  // namespace roadstead
