// Hostile form bodies for every operation of STS: nothing may crash, and what is accepted must be a valid request when it
// is told as JSON. The first byte chooses the operation.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/sts_service.gen.h"
#include "aws/wire/json.h"
#include "aws/wire/query.h"

using namespace roadstead;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ServiceModel& model = sts::service();
  const Operation& operation = model.operations[data[0] % model.operations.size()];
  std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  auto input = query::read_request(model, operation, body);
  if (!input) return 0;
  std::string written;
  append_json(written, *operation.input, input->data());
  AnyShape again = operation.new_input();
  if (!parse_json(*operation.input, written, again.data(), &model.refusals)) std::abort();
  return 0;
}
