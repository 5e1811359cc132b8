// What is special about a request to S3 before it is a request like any other: the bucket may be in the host's name, the body
// may be framed and signed in chunks, and it may be long. Pure, but for the look into the key ring; any thread.
// Source: reference/neighbour-apis.md §1.1, §3.9, §5.1.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "aws/sign/sigv4.h"
#include "gateway/key_ring.h"
#include "net/body_bound.h"
#include "net/http.h"

namespace roadstead {

/// The longest object that is taken at once.
inline constexpr std::size_t longest_object = std::size_t{64} << 20;

/// The target with the bucket as its first segment: "/key" asked of "bucket.<api_host>" becomes "/bucket/key". `host` is the
/// header's value, `api_host` the name without a port that the API goes by; other hosts change nothing.
std::string with_bucket_in_path(std::string_view target, std::string_view host, std::string_view api_host);

/// Takes the framing off the body of a request whose signature is genuine; trailers become headers. `key` is the signing key.
/// Errors, in S3's words: InvalidRequest without x-amz-content-sha256 or with a length that is not the body's, InvalidArgument,
/// IncompleteBody, MalformedTrailerError, SignatureDoesNotMatch, NotImplemented, EntityTooLarge.
Status open_s3_body(HttpRequest& request, const SignatureClaim& claim, std::shared_ptr<const HmacKey> key);

/// Longer bodies than others for those who claim to be somebody we know, and to mean S3; also what a longer one is answered.
BodyBound body_bound_of(std::string_view target, std::string_view authorization, const KeyRing& keys, std::size_t ordinary);

}  // namespace roadstead
