// Where transactions are handed in: they are run one after the other, and their outcome is told when it is durable.
//
// This is the port between everything that waits (network, timers) and the state, which never does. ThreadTransactor is
// the real one, InlineTransactor the one of tests and of the simulation; both keep the same promises.
#pragma once

#include <functional>

#include "base/result/result.h"
#include "store/feed/feed.h"
#include "store/tx/database.h"

namespace roadstead {

/// Told the outcome of a transaction, on the state thread. Must not block; may submit.
using Completion = std::move_only_function<void(Status)>;

class Transactor {
 public:
  virtual ~Transactor() = default;

  /// Runs `work` after all work handed in before, then calls `done` once with its outcome:
  /// - what it changed is durable and was told by the feed, or
  /// - it changed nothing, and whatever it can have read is durable, or
  /// - it was refused with the Error that it returned, or
  /// - an Error ServerException: the state could not be written (disk full), too much work waits, or the transactor is
  ///   shutting down. Then the state is as if `work` had never run.
  /// Outcomes come in the order of submission. Any thread; never blocks. `done` may be empty.
  virtual void submit(Work work, Completion done) = 0;

  /// The feed of durable batches. State thread only: from elsewhere, submit work that does nothing and use the feed in
  /// its completion.
  virtual Feed& feed() = 0;
};

}  // namespace roadstead
