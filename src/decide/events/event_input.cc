#include "decide/events/event_input.h"

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <vector>

#include "base/text/text.h"

namespace roadstead {

namespace json = boost::json;

namespace {

Error invalid(std::string message) { return {"ValidationException", std::move(message)}; }

struct PathStep {
  std::string_view member;  // empty for an element of a list
  std::size_t index = 0;
};

/// $.detail.containers[0].name; nothing when it is no such path.
std::optional<std::vector<PathStep>> parse_path(std::string_view path) {
  std::vector<PathStep> steps;
  if (!path.starts_with('$')) return std::nullopt;
  path.remove_prefix(1);
  while (!path.empty()) {
    if (path.starts_with('.')) {
      auto end = std::min(path.find_first_of(".[", 1), path.size());
      if (end == 1) return std::nullopt;
      steps.push_back({path.substr(1, end - 1), 0});
      path.remove_prefix(end);
    } else if (path.starts_with('[')) {
      auto end = path.find(']');
      auto index = end == std::string_view::npos ? std::nullopt : to_number<std::size_t>(path.substr(1, end - 1));
      if (!index) return std::nullopt;
      steps.push_back({{}, *index});
      path.remove_prefix(end + 1);
    } else {
      return std::nullopt;
    }
  }
  return steps;
}

const json::value* value_at(const json::value& event, std::string_view path) {
  auto steps = parse_path(path);
  if (!steps) return nullptr;
  const json::value* here = &event;
  for (const auto& step : *steps) {
    if (!step.member.empty()) {
      here = here->is_object() ? here->get_object().if_contains(step.member) : nullptr;
    } else {
      here = here->is_array() ? here->get_array().if_contains(step.index) : nullptr;
    }
    if (here == nullptr) return nullptr;
  }
  return here;
}

/// A text without its quotes, anything else as JSON.
std::string plain_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return json::serialize(value);
}

/// What goes between the quotes of a JSON string.
std::string escaped(std::string_view text) {
  auto quoted = json::serialize(json::string(text));
  return quoted.substr(1, quoted.size() - 2);
}

class Transformer {
 public:
  Transformer(const events::InputTransformer& rule, const json::value& event, const InputContext& context)
      : rule_(rule), event_(event), context_(context) {}

  std::string render() const {
    std::string_view rest = rule_.input_template;
    std::string out;
    bool quoted = false;
    while (!rest.empty()) {
      auto end = rest.starts_with('<') ? rest.find('>') : std::string_view::npos;
      auto known = end == std::string_view::npos ? std::nullopt : value_of(rest.substr(1, end - 1), quoted);
      if (known) {
        out += *known;
        rest.remove_prefix(end + 1);
        continue;
      }
      bool escape = rest.starts_with('\\') && rest.size() > 1;
      if (rest.starts_with('"')) quoted = !quoted;
      out += rest.substr(0, escape ? 2 : 1);
      rest.remove_prefix(escape ? 2 : 1);
    }
    return out;
  }

 private:
  /// What stands for <name>; nothing for a name that nobody defined. Inside quotes a text goes without its own.
  std::optional<std::string> value_of(std::string_view name, bool quoted) const {
    auto word = [&](std::string_view text) { return quoted ? escaped(text) : cat('"', escaped(text), '"'); };
    if (name == "aws.events.rule-arn") return word(context_.rule_arn);
    if (name == "aws.events.rule-name") return word(context_.rule_name);
    if (name == "aws.events.event.ingestion-time") return word(context_.ingestion_time);
    if (name == "aws.events.event" || name == "aws.events.event.json") {
      auto whole = json::serialize(event_);
      return quoted ? escaped(whole) : whole;
    }
    if (!rule_.input_paths_map) return std::nullopt;
    auto path = rule_.input_paths_map->find(std::string(name));
    if (path == rule_.input_paths_map->end()) return std::nullopt;
    const auto* value = value_at(event_, path->second);
    if (value == nullptr) return std::string();
    return quoted ? escaped(plain_text(*value)) : json::serialize(*value);
  }

  const events::InputTransformer& rule_;
  const json::value& event_;
  const InputContext& context_;
};

}  // namespace

std::string input_of(const events::Target& target, const json::value& event, const InputContext& context) {
  if (target.input) return *target.input;
  if (target.input_path && !target.input_path->empty()) {
    const auto* part = value_at(event, *target.input_path);
    return part == nullptr ? "{}" : json::serialize(*part);
  }
  if (target.input_transformer) return Transformer(*target.input_transformer, event, context).render();
  return json::serialize(event);
}

Status check_input(const events::Target& target) {
  int given = (target.input ? 1 : 0) + (target.input_path ? 1 : 0) + (target.input_transformer ? 1 : 0);
  if (given > 1) return invalid(cat("Only one of Input, InputPath, or InputTransformer must be provided for target ", target.id, '.'));
  if (target.input) {
    json::error_code problem;
    static_cast<void>(json::parse(*target.input, problem));
    if (problem) return invalid(cat("JSON syntax error in input for target ", target.id));
  }
  if (target.input_path && !target.input_path->empty() && !parse_path(*target.input_path)) {
    return invalid(cat("Invalid InputPath for target ", target.id, '.'));
  }
  if (!target.input_transformer || !target.input_transformer->input_paths_map) return Done{};
  for (const auto& [name, path] : *target.input_transformer->input_paths_map) {
    if (name.starts_with("AWS")) return invalid(cat("Reserved InputPathsMap key \"", name, "\" for target ", target.id, '.'));
    if (!parse_path(path)) return invalid(cat("Invalid InputPathsMap value \"", path, "\" for target ", target.id, '.'));
  }
  return Done{};
}

}  // namespace roadstead
