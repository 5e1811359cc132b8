// REST in JSON (Smithy's restJson1): the operation is in the method and path, some members of the input are in the path and the
// query, the others in a JSON body. Members in headers or as the whole payload are not here: no service of ours has any.
// Pure; any thread. Source: reference/neighbour-apis.md §3.5.
#pragma once

#include <string>
#include <string_view>

#include "aws/model/service_model.h"

namespace roadstead::rest_json {

/// The operation that a method and a request target ("/schedules/x?groupName=y") mean, or null. The path is split before it
/// is decoded, so a label may hold an encoded slash.
const Operation* find_operation(const ServiceModel& model, std::string_view method, std::string_view target);

/// The input of an operation, its bounds checked. Errors: model.refusals.
Result<AnyShape> read_request(
    const ServiceModel& model, const Operation& operation, std::string_view target, std::string_view body
);

/// The body of an answer; "{}" for an operation without output. `out` is an object of operation.output.
std::string write_response(const Operation& operation, const void* out);

/// {"Message":"…"}; the code is in the header x-amzn-ErrorType.
std::string write_error(const Error& error);

}  // namespace roadstead::rest_json
