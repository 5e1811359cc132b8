// What becomes of a call that failed: it is owed until later, or given up. State thread.
#pragma once

#include <optional>

#include "base/result/result.h"
#include "base/time/time.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Notes that a call failed and when it is due again. When it was tried as often as it may be, or would be too old by then,
/// takes its row away, with a line in the log and a message in the target's dead-letter queue. The pause begins with a second and doubles up to ten minutes.
std::optional<Instant> try_again_later(Tx& tx, const InvocationRow& invocation, const Error& why);

}  // namespace roadstead
