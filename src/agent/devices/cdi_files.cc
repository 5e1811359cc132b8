#include "agent/devices/cdi_files.h"

#include <algorithm>
#include <set>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr std::size_t largest_file = std::size_t{4} << 20;

std::string without_ending(const std::string& name) { return name.substr(0, name.rfind('.')); }

std::string yaml_warning(const std::string& directory, const std::string& name) {
  auto target = cat(directory, "/", without_ending(name), ".json");
  return cat(directory, "/", name, " is YAML, which is not read: make it JSON, nvidia-ctk cdi generate --format=json --output=", target);
}

void read_one(const std::string& path, CdiFound& found) {
  auto text = read_file(path, largest_file);
  auto spec = text ? parse_cdi(*text) : Result<CdiSpec>(text.error());
  if (spec) {
    found.files.push_back({.path = path, .spec = std::move(spec).value()});
  } else {
    found.warnings.push_back(cat(path, " is passed over: ", spec.error().message));
  }
}

}  // namespace

CdiFound read_cdi_files(const std::vector<std::string>& directories) {
  CdiFound found;
  std::set<std::string> known;
  std::vector<std::pair<std::string, std::string>> yaml;
  for (auto directory = directories.rbegin(); directory != directories.rend(); ++directory) {
    auto names = list_directory(*directory);
    if (!names) continue;
    for (const auto& name : *names) {
      if (name.ends_with(".yaml") || name.ends_with(".yml")) yaml.emplace_back(*directory, name);
      if (name.ends_with(".json") && known.insert(without_ending(name)).second) read_one(cat(*directory, "/", name), found);
    }
  }
  for (const auto& [directory, name] : yaml) {
    if (!known.contains(without_ending(name))) found.warnings.push_back(yaml_warning(directory, name));
  }
  return found;
}

}  // namespace roadstead
