#include "agent/images/oci/manifest.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text/text.h"

namespace roadstead {

namespace {

namespace json = boost::json;

constexpr std::size_t max_document = std::size_t{8} << 20;
constexpr std::size_t max_layers = 512;
constexpr std::size_t max_index_entries = 1024;

Error invalid(std::string_view why) { return {.code = "InvalidImage", .message = std::string(why)}; }

Result<json::object> parse_object(std::string_view text, std::string_view what) {
  if (text.size() > max_document) return invalid(cat("the ", what, " has more than 8 MiB"));
  boost::system::error_code problem;
  json::parse_options options;
  options.max_depth = 16;
  auto value = json::parse(text, problem, {}, options);
  if (problem || !value.is_object()) return invalid(cat("the ", what, " is not a JSON object"));
  return std::move(value.as_object());
}

const json::object* object_at(const json::object& in, std::string_view key) {
  const auto* value = in.if_contains(key);
  return value != nullptr ? value->if_object() : nullptr;
}

const json::array* array_at(const json::object& in, std::string_view key) {
  const auto* value = in.if_contains(key);
  return value != nullptr ? value->if_array() : nullptr;
}

std::string text_at(const json::object& in, std::string_view key) {
  const auto* value = in.if_contains(key);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string(*text) : std::string();
}

/// The strings of a list; what is not a string is left out, as every other engine does.
std::vector<std::string> texts_at(const json::object& in, std::string_view key) {
  std::vector<std::string> texts;
  if (const auto* list = array_at(in, key)) {
    for (const auto& item : *list) {
      if (const auto* text = item.if_string()) texts.emplace_back(*text);
    }
  }
  return texts;
}

/// The keys of an object such as {"80/tcp": {}}, sorted.
std::vector<std::string> keys_at(const json::object& in, std::string_view key) {
  std::vector<std::string> keys;
  if (const auto* set = object_at(in, key)) {
    for (const auto& member : *set) keys.emplace_back(member.key());
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

Result<Descriptor> parse_descriptor(const json::object* in, std::string_view what) {
  if (in == nullptr) return invalid(cat("the manifest has no ", what));
  Descriptor descriptor{.media_type = text_at(*in, "mediaType"), .digest = text_at(*in, "digest")};
  if (!is_digest(descriptor.digest)) return invalid(cat("the digest of the ", what, " is not sha256 and 64 digits"));
  const auto* size = in->if_contains("size");
  if (size != nullptr && size->is_int64() && size->get_int64() >= 0) {
    descriptor.size = static_cast<std::uint64_t>(size->get_int64());
  } else if (size != nullptr && size->is_uint64()) {
    descriptor.size = size->get_uint64();
  } else {
    return invalid(cat("the ", what, " has no size"));
  }
  return descriptor;
}

Platform parse_platform(const json::object& in) {
  return {.os = text_at(in, "os"), .architecture = text_at(in, "architecture"), .variant = text_at(in, "variant")};
}

Result<Index> parse_index(const json::array& manifests) {
  if (manifests.size() > max_index_entries) return invalid("the image index has more than 1024 manifests");
  Index index;
  for (const auto& item : manifests) {
    const auto* entry = item.if_object();
    IndexEntry parsed{.manifest = TRY(parse_descriptor(entry, "entry of the image index")), .platform = {.os = {}}};
    if (const auto* platform = object_at(*entry, "platform")) parsed.platform = parse_platform(*platform);
    index.entries.push_back(std::move(parsed));
  }
  return index;
}

Result<Manifest> parse_one(const json::object& document) {
  Manifest manifest{.config = TRY(parse_descriptor(object_at(document, "config"), "configuration")), .layers = {}};
  const auto* layers = array_at(document, "layers");
  if (layers == nullptr) return invalid("the manifest has no layers");
  if (layers->size() > max_layers) return invalid("the image has more than 512 layers");
  for (const auto& layer : *layers) manifest.layers.push_back(TRY(parse_descriptor(layer.if_object(), "layer")));
  return manifest;
}

ImageConfig parse_config(const json::object& in) {
  ImageConfig config{.environment = texts_at(in, "Env"),
                     .entrypoint = texts_at(in, "Entrypoint"),
                     .command = texts_at(in, "Cmd"),
                     .user = text_at(in, "User"),
                     .working_dir = text_at(in, "WorkingDir"),
                     .stop_signal = text_at(in, "StopSignal"),
                     .labels = {},
                     .volumes = keys_at(in, "Volumes"),
                     .exposed_ports = keys_at(in, "ExposedPorts")};
  if (const auto* labels = object_at(in, "Labels")) {
    for (const auto& [key, value] : *labels) {
      if (const auto* text = value.if_string()) config.labels.insert_or_assign(std::string(key), std::string(*text));
    }
  }
  return config;
}

}  // namespace

bool is_digest(std::string_view text) {
  return text.size() == 71 && text.starts_with("sha256:") &&
         text.substr(7).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<std::variant<Manifest, Index>> parse_manifest(std::string_view text) {
  json::object document = TRY(parse_object(text, "manifest"));
  const auto* version = document.if_contains("schemaVersion");
  if (version != nullptr && version->is_int64() && version->get_int64() == 1) {
    return invalid("the image has a Docker schema 1 manifest, which is obsolete; push it again with a current tool");
  }
  if (const auto* manifests = array_at(document, "manifests")) return std::variant<Manifest, Index>(TRY(parse_index(*manifests)));
  return std::variant<Manifest, Index>(TRY(parse_one(document)));
}

Result<ImageDescription> parse_image_description(std::string_view text) {
  json::object document = TRY(parse_object(text, "image configuration"));
  ImageDescription description{.config = {}, .platform = parse_platform(document), .diff_ids = {}};
  if (const auto* config = object_at(document, "config")) description.config = parse_config(*config);
  const auto* rootfs = object_at(document, "rootfs");
  if (rootfs == nullptr) return invalid("the image configuration has no rootfs");
  description.diff_ids = texts_at(*rootfs, "diff_ids");
  if (description.diff_ids.size() > max_layers) return invalid("the image has more than 512 layers");
  if (!std::all_of(description.diff_ids.begin(), description.diff_ids.end(), is_digest)) {
    return invalid("a diff id of the image configuration is not sha256 and 64 digits");
  }
  return description;
}

bool platform_matches(const Platform& offered, const Platform& wanted) {
  auto agrees = [](const std::string& a, const std::string& b) { return a.empty() || b.empty() || a == b; };
  return agrees(offered.os, wanted.os) && agrees(offered.architecture, wanted.architecture) &&
         agrees(offered.variant, wanted.variant);
}

Result<Descriptor> choose_manifest(const Index& index, const Platform& wanted) {
  const IndexEntry* chosen = nullptr;
  std::vector<std::string> there_are;
  for (const auto& entry : index.entries) {
    if (entry.platform.architecture.empty() || entry.platform.architecture == "unknown") continue;  // attestations
    there_are.push_back(to_string(entry.platform));
    if (!platform_matches(entry.platform, wanted)) continue;
    bool exact = entry.platform.variant == wanted.variant;
    if (chosen == nullptr || (exact && chosen->platform.variant != wanted.variant)) chosen = &entry;
  }
  if (chosen != nullptr) return chosen->manifest;
  // An index of one manifest that does not say its platform: its configuration will.
  if (there_are.empty() && index.entries.size() == 1) return index.entries.front().manifest;
  return wrong_platform(wanted, there_are.empty() ? "no platform" : join(there_are, ", "));
}

Error wrong_platform(const Platform& wanted, const std::string& there_are) {
  auto text = to_string(wanted);
  return {.code = "CannotPullContainerError",
          .message = cat("image Manifest does not contain descriptor matching platform '",
                         text,
                         "'. The image is for ",
                         there_are,
                         ". Build it for ",
                         text,
                         " (docker buildx build --platform ",
                         text,
                         ") or name its platform: runtimePlatform.cpuArchitecture of the task definition, --platform of `roadstead image load`.")};
}

}  // namespace roadstead
