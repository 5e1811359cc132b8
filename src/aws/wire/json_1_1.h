// AWS JSON 1.1 and 1.0: POST / with X-Amz-Target, bodies in JSON. Here are only the bodies; HTTP is the gateway's.
// Pure; any thread. Source: reference/ecs-core.md §1.1.
#pragma once

#include <string>
#include <string_view>

#include "aws/model/service_model.h"

namespace roadstead::json_1_1 {

/// The input of an operation, its bounds checked. An empty body is an empty request. Errors: model.refusals.
Result<AnyShape> read_request(const ServiceModel& model, const Operation& operation, std::string_view body);

/// The body of an answer; empty for an operation without output. `out` is an object of operation.output.
std::string write_response(const Operation& operation, const void* out);

/// {"__type":"Code","message":"…"}, with resourceIds where the error has them: in the members that its code has for them.
std::string write_error(const Error& error);

}  // namespace roadstead::json_1_1
