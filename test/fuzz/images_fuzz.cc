// Everything of an image that comes from a stranger: references, manifests, configurations, the node's own JSON files read
// back, and layers, which are unpacked for real into a directory that must stay the only one touched.
// The first byte chooses which; needs root for layers (owners, whiteouts), without it only the others are reached.
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/images/image_catalog.h"
#include "agent/images/disk/image_roots.h"
#include "agent/images/disk/layer.h"
#include "agent/images/disk/layer_tree.h"
#include "agent/images/oci/manifest.h"
#include "agent/images/oci/pull_errors.h"
#include "agent/images/oci/reference.h"
#include "base/data/hash.h"
#include "base/text/text.h"
#include "io/file.h"

namespace {

using namespace roadstead;

void unpack(std::string_view bytes) {
  static const std::string home = make_temporary_directory("/tmp", "roadstead-fuzz-").value();
  auto root = home + "/root";
  CHECK(make_directories(root), "the directory is ours");
  CHECK(write_file_atomic(home + "/blob", bytes), "the directory is ours");
  LayerSource source{.blob = home + "/blob", .digest = "sha256:" + sha256_hex(bytes), .diff_id = "sha256:" + sha256_hex(bytes)};
  (void)unpack_layer(source, root, {.max_bytes = 1 << 20, .max_entries = 1000}, {}).has_value();
  CHECK(list_directory(home)->size() == 2, "a layer touches its own directory only");
  CHECK(remove_tree(root), "what a layer makes can be removed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      if (auto reference = parse_image_reference(text)) {
        auto again = parse_image_reference(reference->canonical());
        CHECK(again && again->canonical() == reference->canonical(), "the canonical form is canonical");
        CHECK(!reference->skopeo_source().starts_with("-"), "never taken for an option");
      }
      break;
    case 1:
      if (auto manifest = parse_manifest(text)) {
        if (const auto* index = std::get_if<Index>(&*manifest)) (void)choose_manifest(*index, {.architecture = "amd64"}).has_value();
      }
      break;
    case 2: (void)parse_image_description(text).has_value(); break;
    case 3:
      if (auto rows = parse_catalog(text)) CHECK(parse_catalog(render_catalog(*rows)), "what we write we can read");
      if (auto root = parse_root(text)) CHECK(parse_root(render_root(*root)), "what we write we can read");
      break;
    case 4: (void)skopeo_message(text); break;
    default: unpack(text); break;
  }
  return 0;
}
