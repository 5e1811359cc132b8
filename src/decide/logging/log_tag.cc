#include "decide/logging/log_tag.h"

#include <array>
#include <optional>
#include <vector>

#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::size_t short_id = 12;
constexpr std::array<std::string_view, 7> names{".ID",          ".FullID",    ".Name",      ".ImageID",
                                                ".ImageFullID", ".ImageName", ".DaemonName"};

std::optional<std::string> value_of(std::string_view name, const LogTagFacts& facts) {
  if (name == ".ID") return facts.container_id.substr(0, short_id);
  if (name == ".FullID") return facts.container_id;
  if (name == ".Name") return facts.container_name;
  if (name == ".ImageFullID") return facts.image_id;
  if (name == ".ImageName") return facts.image_name;
  if (name == ".DaemonName") return std::string("roadstead");
  if (name != ".ImageID") return std::nullopt;
  std::size_t colon = facts.image_id.find(':');
  return facts.image_id.substr(colon == std::string::npos ? 0 : colon + 1, short_id);
}

// Appends the rendered tag; false at something that is no template.
bool render(std::string_view tag, const LogTagFacts& facts, std::string& out) {
  bool good = true;
  while (!tag.empty()) {
    std::size_t open = tag.find("{{");
    out += tag.substr(0, open);
    if (open == std::string_view::npos) break;
    std::size_t close = tag.find("}}", open);
    if (close == std::string_view::npos) return false;
    auto value = value_of(trim(tag.substr(open + 2, close - open - 2)), facts);
    good = good && value.has_value();
    out += value.value_or("");
    tag.remove_prefix(close + 2);
  }
  return good;
}

}  // namespace

bool is_log_tag(std::string_view tag) {
  std::string ignored;
  return render(tag, {}, ignored);
}

std::string known_log_tags() {
  std::vector<std::string> templates;
  for (auto name : names) templates.push_back(cat("{{", name, "}}"));
  return join(templates, ", ");
}

std::string render_log_tag(std::string_view tag, const LogTagFacts& facts) {
  std::string out;
  render(tag.empty() ? "{{.ID}}" : tag, facts, out);
  return out;
}

}  // namespace roadstead
