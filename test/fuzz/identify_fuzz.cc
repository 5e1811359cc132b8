// Hostile requests through `identify`: nothing may crash, and a service is only found when the request names it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "api/ecs_service.gen.h"
#include "api/sts_service.gen.h"
#include "base/text/text.h"
#include "gateway/identify.h"

using namespace roadstead;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ServiceRegistration services[] = {{ecs::service(), nullptr}, {sts::service(), nullptr}};
  std::string text(reinterpret_cast<const char*>(data), size);
  auto lines = split(text, '\n');
  auto line = [&](std::size_t at) { return at < lines.size() ? lines[at] : std::string_view(); };
  std::vector<HeaderView> headers{{"X-Amz-Target", line(1)}, {"Content-Type", line(2)}};
  auto found = identify({"POST", line(0), headers, line(3)}, line(4), services);
  if (found.service != nullptr && text.find(found.service->model.signing_name) == std::string::npos &&
      text.find(found.service->model.target_prefix) == std::string::npos && text.find('%') == std::string::npos &&
      text.find(found.service->model.version) == std::string::npos) {
    std::abort();
  }
  return 0;
}
