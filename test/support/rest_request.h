// A JSON document as a request of a REST service: what belongs in the path and the query goes there. For tests.
#pragma once

#include <string_view>

#include "aws/model/operation.h"
#include "net/http.h"

namespace roadstead {

/// Fills in method, target and body. A document that is no object goes into the body as it is.
void write_rest_request(const Operation& operation, std::string_view json, HttpRequest& request);

}  // namespace roadstead
