#include "aws/sign/aws_chunked.h"

#include <algorithm>
#include <charconv>

#include "base/data/hash.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::size_t most_trailers = 16;
constexpr std::size_t longest_line = 1024;
constexpr std::string_view signature_parameter = "chunk-signature=";
constexpr std::string_view trailer_signature = "x-amz-trailer-signature";

Error broken(std::string_view what) {
  return {"IncompleteBody", cat("The request body is not sound aws-chunked data: ", what)};
}

Error wrong_signature() {
  return {
      "SignatureDoesNotMatch",
      "The chunk signature we calculated does not match the signature you provided. Check your AWS secret access key and signing method."
  };
}

/// Reads a framed body from its front.
class ChunkReader {
 public:
  ChunkReader(std::string_view body, ChunkFraming framing, const ChunkSigner& signer)
      : rest_(body), framing_(framing), signer_(signer), previous_(signer.seed) {}

  Result<ChunkedBody> read() {
    ChunkedBody out;
    while (true) {
      auto head = TRY(take_line());
      auto semicolon = head.find(';');
      auto size = TRY(parse_size(head.substr(0, semicolon)));
      if (size > rest_.size()) return broken("a chunk is shorter than it says.");
      auto bytes = rest_.substr(0, size);
      if (framing_ != ChunkFraming::unsigned_trailer) {
        auto parameter = semicolon == std::string_view::npos ? std::string_view() : head.substr(semicolon + 1);
        TRY(check_chunk(parameter, bytes));
      }
      if (size == 0) break;
      out.bytes.append(bytes);
      rest_.remove_prefix(size);
      if (!rest_.starts_with("\r\n")) return broken("a chunk is longer than it says.");
      rest_.remove_prefix(2);
    }
    TRY(read_trailers(out));
    return out;
  }

 private:
  Result<std::string_view> take_line() {
    auto end = rest_.substr(0, longest_line).find("\r\n");
    if (end == std::string_view::npos) return broken("a line has no end.");
    auto line = rest_.substr(0, end);
    rest_.remove_prefix(end + 2);
    return line;
  }

  static Result<std::size_t> parse_size(std::string_view text) {
    std::size_t size = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), size, 16);
    bool whole = problem == std::errc{} && end == text.data() + text.size() && !text.empty();
    if (!whole) return broken("the size of a chunk is no hexadecimal number.");
    return size;
  }

  /// Compares with what is given and makes it the signature before the next one.
  Status check_signature(std::string_view given, std::string_view algorithm, std::string_view hashes) {
    auto text = cat(algorithm, '\n', signer_.signed_at, '\n', signer_.scope, '\n', previous_, '\n', hashes);
    auto expected = hex_of(signer_.key->mac(text));
    if (!equal_in_constant_time(expected, given)) return wrong_signature();
    previous_ = std::move(expected);
    return Done{};
  }

  Status check_chunk(std::string_view parameter, std::string_view bytes) {
    if (!parameter.starts_with(signature_parameter)) return wrong_signature();
    auto hashes = cat(hex_of(fast_sha256("")), '\n', hex_of(fast_sha256(bytes)));
    return check_signature(parameter.substr(signature_parameter.size()), "AWS4-HMAC-SHA256-PAYLOAD", hashes);
  }

  Status read_trailers(ChunkedBody& out) {
    std::string signed_lines;
    std::string signature;
    // Some clients end with the last chunk's own line.
    while (!rest_.empty()) {
      auto line = TRY(take_line());
      if (line.empty()) break;
      auto colon = line.find(':');
      if (colon == std::string_view::npos) return broken("a trailer has no value.");
      if (out.trailers.size() >= most_trailers) return broken("there are too many trailers.");
      auto name = to_lower(trim(line.substr(0, colon)));
      auto value = trim(line.substr(colon + 1));
      if (name == trailer_signature) {
        signature = value;
        continue;
      }
      signed_lines += cat(name, ':', value, '\n');
      out.trailers.emplace_back(std::move(name), value);
    }
    if (!rest_.empty()) return broken("something follows its end.");
    if (framing_ == ChunkFraming::signed_chunks && !out.trailers.empty()) return broken("a trailer was not announced.");
    if (framing_ != ChunkFraming::signed_chunks_trailer) return Done{};
    return check_signature(signature, "AWS4-HMAC-SHA256-TRAILER", hex_of(fast_sha256(signed_lines)));
  }

  std::string_view rest_;
  ChunkFraming framing_;
  const ChunkSigner& signer_;
  std::string previous_;
};

}  // namespace

std::optional<ChunkFraming> chunk_framing_of(std::string_view content_sha256) {
  if (content_sha256 == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") return ChunkFraming::unsigned_trailer;
  if (content_sha256 == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") return ChunkFraming::signed_chunks;
  if (content_sha256 == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") return ChunkFraming::signed_chunks_trailer;
  return std::nullopt;
}

Result<ChunkedBody> decode_aws_chunked(std::string_view body, ChunkFraming framing, const ChunkSigner& signer) {
  return ChunkReader(body, framing, signer).read();
}

}  // namespace roadstead
