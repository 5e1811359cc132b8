// What a controller is: a name and three functions. It watches rows and changes rows, and does nothing else.
//
// A controller builds a view from rows, plans (decide/), and applies the actions through the Tx. It is level-triggered:
// it may be run for a key at any time and any number of times, and must come to rest: a run that finds all well changes
// nothing. Runs on the state thread as a transaction. Timers, retries and order are the matter of Controllers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"
#include "base/time/time.h"
#include "store/tx/tx.h"

namespace roadstead {

struct Controller {
  /// Short and unique: "services". For logs and metrics. Points to something that lives for ever.
  std::string_view name;

  /// Appends the keys that may have something to do because of a change. Cheap: it is asked for every change.
  std::function<void(const Change&, std::vector<std::string>& keys)> interested;

  /// Does what has to be done now for one key, all or nothing, and says when to be called again if nothing changes
  /// (nothing: not at all). An Error undoes it and makes it be tried again later, with growing pauses.
  std::function<Result<std::optional<Instant>>(Tx&, const std::string& key)> reconcile;

  /// Appends all keys there are: what is run once when the server starts.
  std::function<void(const Reader&, std::vector<std::string>& keys)> all_keys;
};

}  // namespace roadstead
