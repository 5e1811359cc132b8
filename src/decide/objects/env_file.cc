#include "decide/objects/env_file.h"

#include <algorithm>

#include "base/text/text.h"

namespace roadstead {

EnvVariables parse_env_file(std::string_view text) {
  EnvVariables out;
  for (auto line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    // No variable of a process can hold one.
    line = line.substr(0, line.find('\0'));
    auto equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos || equals == 0) continue;
    out.emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
  return out;
}

void merge_env_files(
    const std::vector<EnvVariables>& files, const std::set<std::string>& fixed, std::vector<std::string>& environment
) {
  auto taken = fixed;
  for (const auto& file : files) {
    std::set<std::string> of_this_file;
    for (const auto& [name, value] : file) {
      if (taken.contains(name)) continue;
      of_this_file.insert(name);
      auto begin = cat(name, '=');
      auto before = std::ranges::find_if(environment, [&](const std::string& entry) { return entry.starts_with(begin); });
      if (before == environment.end()) {
        environment.push_back(begin + value);
      } else {
        *before = begin + value;
      }
    }
    taken.merge(of_this_file);
  }
}

}  // namespace roadstead
