// How a service says that an answer is worth waiting for, and what may end the wait. Who keeps the requests that wait is the
// gateway (gateway/waiting_room). State thread; no effects.
//
//   operation ran, its transaction changed what it changed ─▶ wait_of: nothing ─▶ answered
//                                                                     │ a Wait
//                        run again ◀── a change that woken_by names, ◀┘
//                                      `look_again`, or `patience` is over (then it is answered in any case)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/model/operation.h"
#include "base/time/time.h"
#include "store/tx/batch.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Why a request is not answered yet.
struct Wait {
  /// What it waits for. Requests with one key wait for the same, and whoever came first is served first.
  std::string key;
  /// How long after its first run it is answered in any case.
  Duration patience{};
  /// When time alone can have changed the answer.
  std::optional<Instant> look_again;
};

struct WaitRules {
  /// Whether this answer is better given later; `in` and `out` are of the operation's types.
  std::optional<Wait> (*wait_of)(const Reader& rows, Instant now, const Operation& operation, const void* in, const void* out);
  /// Appends the keys of what a change may end the wait of. Asked for every change while somebody waits.
  void (*woken_by)(const Change& change, std::vector<std::string>& keys);
};

}  // namespace roadstead
