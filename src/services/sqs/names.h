// Names, URLs and ARNs of queues, and the refusals that many operations of SQS share. Pure but for the look-up.
// Source: reference/neighbour-apis.md §7.12.
#pragma once

#include <string>
#include <string_view>

#include "aws/model/caller.h"
#include "base/result/result.h"
#include "base/text/text.h"
#include "decide/queues/messages.h"
#include "store/tx/tx.h"

namespace roadstead::sqs {

inline Error invalid_value(std::string message) { return {"InvalidParameterValue", std::move(message)}; }

/// "Value x for parameter Y is invalid. Reason: …"
template <class Value>
Error invalid_parameter(const Value& value, std::string_view parameter, std::string_view reason) {
  return invalid_value(cat("Value ", value, " for parameter ", parameter, " is invalid. Reason: ", reason));
}

inline Error missing_parameter(std::string_view parameter) {
  return {"MissingParameter", cat("The request must contain the parameter ", parameter, '.')};
}

/// "<endpoint>/<account>/<name>", at the endpoint that the caller used.
std::string queue_url(const Caller& who, std::string_view queue_name);

std::string queue_arn(const Caller& who, std::string_view queue_name);

/// The queue of a URL, whatever its host. Errors: InvalidAddress, QueueDoesNotExist.
Result<QueuePointer> find_queue(const Reader& rows, const Caller& who, std::string_view url);

Error no_such_queue();

/// Errors: InvalidParameterValue. `fifo` is whether the attribute FifoQueue says so.
Status check_queue_name(const std::string& name, bool fifo);

}  // namespace roadstead::sqs
