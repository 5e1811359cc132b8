// AWS's own examples of signed chunks, and bodies that somebody has changed.
#include "aws/sign/aws_chunked.h"

#include <gtest/gtest.h>

#include "aws/sign/sigv4.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::size_t first_chunk = 65'536;
constexpr std::size_t second_chunk = 1'024;

/// The key, date and scope of "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks".
ChunkSigner example_signer(std::string seed) {
  static SigningKeyCache cache;
  auto key = cache.key_for("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AKIAIOSFODNN7EXAMPLE", "20130524", "us-east-1", "s3");
  return {key, "20130524T000000Z", "20130524/us-east-1/s3/aws4_request", std::move(seed)};
}

std::string chunk(std::string_view size, std::string_view signature, std::size_t bytes) {
  return cat(size, ";chunk-signature=", signature, "\r\n", std::string(bytes, 'a'), "\r\n");
}

const std::string seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";

std::string example_body() {
  return chunk("10000", "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648", first_chunk) +
         chunk("400", "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497", second_chunk) +
         chunk("0", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9", 0);
}

const std::string trailer_seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";

std::string trailer_body(std::string_view checksum) {
  return chunk("10000", "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2", first_chunk) +
         chunk("400", "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7", second_chunk) +
         "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n" +
         cat("x-amz-checksum-crc32c:", checksum,
             "\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n");
}

std::string code_of(const Result<ChunkedBody>& result) { return result ? "OK" : result.error().code; }

TEST(AwsChunked, TakesTheExampleOfAws) {
  auto decoded = decode_aws_chunked(example_body(), ChunkFraming::signed_chunks, example_signer(seed));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->bytes, std::string(first_chunk + second_chunk, 'a'));
  EXPECT_TRUE(decoded->trailers.empty());
}

TEST(AwsChunked, TakesTheExampleWithATrailer) {
  auto decoded =
      decode_aws_chunked(trailer_body("sOO8/Q=="), ChunkFraming::signed_chunks_trailer, example_signer(trailer_seed));
  ASSERT_TRUE(decoded) << decoded.error().message;
  ASSERT_EQ(decoded->trailers.size(), 1U);
  EXPECT_EQ(decoded->trailers[0].first, "x-amz-checksum-crc32c");
  EXPECT_EQ(decoded->trailers[0].second, "sOO8/Q==");
}

TEST(AwsChunked, RefusesWhatWasChanged) {
  auto decode = [](const std::string& body) {
    return code_of(decode_aws_chunked(body, ChunkFraming::signed_chunks, example_signer(seed)));
  };
  auto body = example_body();
  for (std::size_t at : {std::size_t{100}, first_chunk + 300}) {
    auto changed = body;
    changed[at] = 'b';
    EXPECT_EQ(decode(changed), "SignatureDoesNotMatch") << at;
  }
  // Without its second chunk, though every chunk left is genuine.
  auto second = body.find("400;");
  auto third = body.find("0;chunk-signature=b6c6");
  EXPECT_EQ(decode(body.substr(0, second) + body.substr(third)), "SignatureDoesNotMatch");
  EXPECT_EQ(decode(body.substr(0, third)), "IncompleteBody");
  EXPECT_EQ(decode(replace_all(body, ";chunk-signature=", ";")), "SignatureDoesNotMatch");
  EXPECT_EQ(
      code_of(decode_aws_chunked(body, ChunkFraming::signed_chunks, example_signer(trailer_seed))), "SignatureDoesNotMatch"
  );
  EXPECT_EQ(
      code_of(decode_aws_chunked(trailer_body("sOO8/A=="), ChunkFraming::signed_chunks_trailer, example_signer(trailer_seed))),
      "SignatureDoesNotMatch"
  );
}

TEST(AwsChunked, UnsignedChunksWithATrailer) {
  auto decode = [](std::string_view body) { return decode_aws_chunked(body, ChunkFraming::unsigned_trailer, {}); };
  auto decoded = decode("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Amz-Checksum-Crc32: NSRBwg==\r\n\r\n");
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->bytes, "abcde");
  ASSERT_EQ(decoded->trailers.size(), 1U);
  EXPECT_EQ(decoded->trailers[0].first, "x-amz-checksum-crc32");
  EXPECT_EQ(decoded->trailers[0].second, "NSRBwg==");
  auto empty = decode("0\r\n\r\n");
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(empty->bytes, "");
}

TEST(AwsChunked, RefusesBrokenFraming) {
  for (std::string_view body :
       {"", "3\r\nabc", "3\r\nabcd\r\n0\r\n\r\n", "4\r\nabc\r\n0\r\n\r\n", "xyz\r\n", "-1\r\n", "ffffffffffffffffff\r\n",
        "fffffffffffffff0\r\nabc", "0\r\n\r\nmore", "0\r\nno colon\r\n\r\n", "0\r\nname: value"}) {
    EXPECT_EQ(code_of(decode_aws_chunked(body, ChunkFraming::unsigned_trailer, {})), "IncompleteBody") << body;
  }
}

TEST(AwsChunked, KnowsTheFramings) {
  EXPECT_EQ(chunk_framing_of("STREAMING-UNSIGNED-PAYLOAD-TRAILER"), ChunkFraming::unsigned_trailer);
  EXPECT_EQ(chunk_framing_of("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), ChunkFraming::signed_chunks);
  EXPECT_EQ(chunk_framing_of("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"), ChunkFraming::signed_chunks_trailer);
  EXPECT_FALSE(chunk_framing_of("UNSIGNED-PAYLOAD"));
}

}  // namespace
}  // namespace roadstead
