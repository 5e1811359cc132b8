// Hostile JSON bodies for every operation of ECS and Logs: nothing may crash, and what is accepted must still be accepted
// after it was written and read again. The first byte chooses the operation.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "api/ecs_service.gen.h"
#include "api/logs_service.gen.h"
#include "aws/wire/json.h"
#include "aws/wire/json_1_1.h"

using namespace roadstead;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::size_t ecs_count = ecs::service().operations.size();
  std::size_t index = data[0] % (ecs_count + logs::service().operations.size());
  const ServiceModel& model = index < ecs_count ? ecs::service() : logs::service();
  const Operation& operation = model.operations[index < ecs_count ? index : index - ecs_count];
  std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  auto input = json_1_1::read_request(model, operation, body);
  if (!input) return 0;
  std::string written;
  append_json(written, *operation.input, input->data());
  if (!json_1_1::read_request(model, operation, written)) std::abort();
  return 0;
}
