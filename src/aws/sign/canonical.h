// The canonical form of a request that AWS Signature Version 4 signs: what both the signer and the verifier hash.
// Pure functions over views of the request; any thread; never fails, so hostile input ends in a signature that does not
// match. Source: reference/neighbour-apis.md §5.1.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roadstead {

/// A header as it was received: name in any case, value without the blanks around it.
using HeaderView = std::pair<std::string_view, std::string_view>;

/// A request to sign or to verify. `target` is the request line's: path and, after '?', the query, both still encoded.
/// The views belong to the caller.
struct RequestView {
  std::string_view method;
  std::string_view target;
  std::span<const HeaderView> headers;
  std::string_view body;
};

/// The value of the first header of that name, in any case; a null view when there is none.
std::string_view header_of(std::span<const HeaderView> headers, std::string_view name);

/// S3 signs the path it was sent, encoded once; every other service cleans it up and encodes what was received again.
enum class PathRule { encode_twice, encode_once };

/// The path of a target in canonical form; "/" when it is empty.
std::string canonical_path(std::string_view path, PathRule rule);

/// The query (without '?') decoded, encoded strictly, sorted by name and value, without `X-Amz-Signature` when
/// `presigned`.
std::string canonical_query(std::string_view query, bool presigned);

/// Appends "name:value\n" for a header of the list: all values of that name joined with ',', each trimmed, inner runs
/// of blanks squeezed. A header that the request does not have counts as empty.
void append_canonical_header(std::string& out, std::span<const HeaderView> headers, std::string_view name);

/// The whole canonical request. `signed_headers` is the list as it stands in the request ("host;x-amz-date").
std::string canonical_request(
    const RequestView& request,
    PathRule rule,
    bool presigned,
    std::string_view signed_headers,
    std::string_view payload_hash
);

/// "AWS4-HMAC-SHA256\n<date>\n<scope>\n<hash of the canonical request>"; `date` is "20260131T123456Z".
std::string string_to_sign(std::string_view date, std::string_view scope, std::string_view canonical_request);

}  // namespace roadstead
