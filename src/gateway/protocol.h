// From HTTP to typed requests and back, whatever the protocol: where the gateway meets the codecs of aws/wire, and the
// errors that the gateway itself speaks. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "aws/model/service_model.h"
#include "aws/sign/signature_refusal.h"
#include "base/result/result.h"
#include "net/http.h"

namespace roadstead {

/// Whether requests for `model` in `protocol` can be read.
bool can_speak(Protocol protocol, const ServiceModel& model);

/// The typed input of a request. Errors: those of the model's Refusals.
Result<AnyShape> decode(
    const ServiceModel& model, const Operation& operation, Protocol protocol, const HttpRequest& request
);

/// The answer to an operation that worked.
HttpResponse encode(
    const ServiceModel& model,
    const Operation& operation,
    Protocol protocol,
    const AnyShape& out,
    const std::string& request_id
);

/// The answer to one that did not. `model` may be null: then nothing is known but the protocol.
HttpResponse encode_error(
    const ServiceModel* model, Protocol protocol, const Error& error, int status, const std::string& request_id
);

/// The error in the words of the Query protocol, "<code>;Sender", which clients of services that once spoke it ask for.
/// `model` may be null. Source: reference/neighbour-apis.md §3.7.
std::string query_error_of(const ServiceModel* model, const Error& error, int status);

/// The HTTP status of an error code: the model's, else what AWS uses for its common errors.
int status_of(const ServiceModel* model, ErrorDialect dialect, std::string_view code);

/// A bug of ours, as the client sees it; `what` goes to our log only.
Error internal_failure(ErrorDialect dialect, std::string what);

/// No service of ours has such an operation.
Error unknown_operation(ErrorDialect dialect, std::string_view service, std::string_view operation);

/// AWS has it, Roadstead does not. `action` is "ecs:CreateTaskSet".
Error unsupported_operation(ErrorDialect dialect, std::string_view action);

}  // namespace roadstead
