// Hostile requests to S3: the first line is the method, the second the target, the rest the body. Nothing may crash.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/s3_service.gen.h"
#include "aws/wire/rest/rest_xml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto take_line = [&] {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
  };
  auto method = take_line();
  auto target = take_line();
  const auto& model = roadstead::s3::service();
  const auto* operation = roadstead::rest_xml::find_operation(model, method, target, {});
  if (operation != nullptr) static_cast<void>(roadstead::rest_xml::read_request(model, *operation, target, {}, text));
  return 0;
}
