// CloudWatch Logs: groups, streams and their events. Groups and streams are rows, changed in transactions; events are in
// the LogStore, which mirrors the rows, so everything that only reads is answered outside the state thread.
// Source: reference/neighbour-apis.md §7.6.
#pragma once

#include "api/logs_service.gen.h"

namespace roadstead {
class LogStore;
}

namespace roadstead::logs {

/// The table of contents of the service; a slot left out answers "not supported". `store` must follow the rows, and
/// outlive the handlers.
Handlers make_handlers(LogStore& store);

}  // namespace roadstead::logs
