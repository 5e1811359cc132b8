// Hostile headers x-amz-copy-source, x-amz-copy-source-range and Range. Nothing may crash, and a range lies in its object.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/s3/copy_source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t object_size = 1000;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(roadstead::s3::parse_copy_source(text));
  auto lies_inside = [](const roadstead::s3::ByteRange& range) {
    return range.first >= 0 && range.size > 0 && range.first + range.size <= object_size;
  };
  auto copied = roadstead::s3::parse_copy_range(text, object_size);
  if (copied && !lies_inside(*copied)) std::abort();
  auto read = roadstead::s3::parse_range(text, object_size);
  if (read && *read && !lies_inside(**read)) std::abort();
  return 0;
}
