// REST in XML (Smithy's restXml, as S3 speaks it): the operation is in the method, the path, the query and the headers; members
// of the input and output are in the path, the query, headers, or the body, which is XML or the bytes of an object.
//
// Paths are "/{Bucket}/{Key+}": whoever is called by a host name of the bucket's own writes the bucket into the path first.
// Pure; any thread. Source: reference/neighbour-apis.md §3.5, §7.16.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/model/service_model.h"
#include "aws/sign/canonical.h"

namespace roadstead::rest_xml {

/// The operation that a request means, or null: one whose literals and required members are all there, and that knows every
/// parameter of the query. `target` is the path and query as sent.
const Operation* find_operation(
    const ServiceModel& model, std::string_view method, std::string_view target, std::span<const HeaderView> headers
);

/// What a request that no operation answers asked for: "GET ?acl".
std::string name_of_request(std::string_view method, std::string_view target);

/// The input of an operation, its bounds checked. Errors: model.refusals; InvalidURI.
Result<AnyShape> read_request(
    const ServiceModel& model, const Operation& operation, std::string_view target, std::span<const HeaderView> headers,
    std::string_view body
);

/// An answer that HTTP can carry.
struct Answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// The body is XML; else the headers say what it is.
  bool is_xml = false;
};

/// The answer to an operation that worked: 206 where it is a part of an object.
Answer write_response(const Operation& operation, const void* out);

/// <Error><Code>…, without a wrapper.
std::string write_error(const Error& error, std::string_view request_id);

}  // namespace roadstead::rest_xml
