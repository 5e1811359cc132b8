// Carries out the plan of a service on its rows: the one way from ServiceAction to a change of state. State thread.
#pragma once

#include <optional>
#include <string>

#include "base/result/result.h"
#include "base/time/time.h"
#include "decide/services/service_action.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Plans for one service and applies what the plan says. Says when to look again.
Result<std::optional<Instant>> reconcile_service(Tx& tx, const std::string& service_arn);

}  // namespace roadstead
