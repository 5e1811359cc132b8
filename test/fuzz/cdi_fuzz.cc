// Hostile CDI files: nothing may crash, paths are absolute, variables have a name and no NUL, each GPU is offered once and
// what is offered can be had.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "agent/devices/gpus.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const roadstead::CdiEdits& edits) {
  for (const auto& node : edits.nodes) {
    require(node.path.starts_with('/') && node.host_path.starts_with('/'));
    require(node.access.find_first_not_of("rwm") == std::string::npos);
  }
  for (const auto& variable : edits.env) {
    auto equals = variable.find('=');
    require(equals != 0 && equals != std::string::npos && variable.find('\0') == std::string::npos);
  }
  for (const auto& mount : edits.mounts) require(mount.container_path.starts_with('/'));
  for (const auto& hook : edits.hooks) require(hook.path.starts_with('/'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto spec = roadstead::parse_cdi(text);
  if (!spec) return 0;
  check(spec->edits);
  for (const auto& device : spec->devices) check(device.edits);
  std::vector<roadstead::CdiFile> files{{"/a.json", *spec}, {"/b.json", *spec}};
  files.back().spec.kind = "other.com/gpu";
  auto ids = roadstead::gpu_ids(files);
  require(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
  require(static_cast<bool>(roadstead::gpu_edits(files, ids)));
  return 0;
}
