// What a client is told when its change could not be made durable. Any thread.
#pragma once

#include "base/result/result.h"
#include "base/text/text.h"

namespace roadstead {

/// The Error of a transaction that was undone because the log gave `cause`.
inline Error not_durable(const Error& cause) {
  return Error{"ServerException", cat("Nothing was changed. ", cause.message), cause.detail};
}

}  // namespace roadstead
