// Hostile aws-chunked bodies: the first byte chooses the framing. Nothing may crash, and what comes out is no longer than
// what went in.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "aws/sign/aws_chunked.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto framing = static_cast<roadstead::ChunkFraming>(data[0] % 3);
  roadstead::ChunkSigner signer{std::make_shared<const roadstead::HmacKey>("key"), "20130524T000000Z", "scope", "seed"};
  auto decoded = roadstead::decode_aws_chunked(body, framing, signer);
  if (decoded && decoded->bytes.size() > body.size()) std::abort();
  return 0;
}
