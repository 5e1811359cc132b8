// Between rows and their documents: what goes from a Database to a Log, and back after a restart.
// `to_log` may run on any thread, since batches and table specs do not change; the rest on the state thread.
#pragma once

#include "base/result/result.h"
#include "store/feed/feed.h"
#include "store/log/log.h"
#include "store/tx/database.h"

namespace roadstead {

/// A batch as documents.
LoggedBatch to_log(const Batch& batch, const Tables& tables);

/// Fills an empty database with what the log holds and lets the feed begin there. Errors: as Log::replay and
/// Database::load.
Status load_state(Log& log, Database& database, Feed& feed);

/// The whole state as documents, for Log::snapshot. Good as long as the database does not change.
LogView view_of(const Database& database);

}  // namespace roadstead
