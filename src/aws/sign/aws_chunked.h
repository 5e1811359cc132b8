// The framing in which S3's clients send bodies whose signature or checksum comes last ("aws-chunked"):
//
//   <hex size>[;chunk-signature=<hex>]\r\n <bytes> \r\n   ... any number ...
//   0[;chunk-signature=<hex>]\r\n
//   [<name>:<value>\r\n ...] [x-amz-trailer-signature:<hex>\r\n] \r\n
//
// Each signature covers its chunk and the signature before it; the first one before is that of the request itself.
// Sees hostile input; pure; any thread. Source: reference/neighbour-apis.md §3.9, §5.1.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/sign/hmac_key.h"
#include "base/result/result.h"

namespace roadstead {

/// How a body is framed, as x-amz-content-sha256 says.
enum class ChunkFraming { unsigned_trailer, signed_chunks, signed_chunks_trailer };

/// The framing that a value of x-amz-content-sha256 names; nothing for one that is no framing we know.
std::optional<ChunkFraming> chunk_framing_of(std::string_view content_sha256);

/// What chunks are signed with.
struct ChunkSigner {
  std::shared_ptr<const HmacKey> key;
  /// "20130524T000000Z"
  std::string signed_at;
  /// "20130524/us-east-1/s3/aws4_request"
  std::string scope;
  /// The signature of the request, in hexadecimal.
  std::string seed;
};

struct ChunkedBody {
  std::string bytes;
  /// What came behind the last chunk, names in lower case; without the signature.
  std::vector<std::pair<std::string, std::string>> trailers;
};

/// The bytes of a framed body. Errors, in S3's words: IncompleteBody for a framing that is broken or ends too early,
/// SignatureDoesNotMatch.
Result<ChunkedBody> decode_aws_chunked(std::string_view body, ChunkFraming framing, const ChunkSigner& signer);

}  // namespace roadstead
