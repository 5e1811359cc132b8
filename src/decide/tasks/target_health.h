// What the health checks of a task's target say, in words for people: in the state's text and in the reason of a failure.
// Pure; reads rows on the state thread. What is healthy, and when, the proxy judges (proxy/servers/health_rules.h).
#pragma once

#include <string>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Says what was seen of a target and where the checks look:
/// "Health checks failed with these codes: [404] on port 80, /nothere".
std::string target_health_text(const Reader& rows, const TargetRow& target);

}  // namespace roadstead
