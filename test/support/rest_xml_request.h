// S3 for tests that speak JSON: a document as method, path, query, headers and XML, and an answer as a document. Bytes of objects
// are texts. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/model/operation.h"
#include "net/http.h"

namespace roadstead {

/// Fills in everything but the signature.
void write_rest_xml_request(
    const Operation& operation, std::string_view json, HttpRequest& request, std::vector<std::pair<std::string, std::string>>& headers
);

/// The answer of an operation that worked: members of headers and body, all as texts.
std::string json_of_rest_xml(const Operation& operation, const HttpResponse& response);

}  // namespace roadstead
