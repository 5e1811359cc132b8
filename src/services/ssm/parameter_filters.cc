#include "services/ssm/parameter_filters.h"

#include <algorithm>

#include "base/text/text.h"
#include "decide/tags/resource_tags.h"

namespace roadstead::ssm {

namespace {

constexpr std::string_view tag_prefix = "tag:";

using Texts = std::vector<std::string_view>;

Texts options_of(std::string_view key) {
  if (key == "Name") return {"Equals", "BeginsWith", "Contains"};
  if (key == "Path") return {"OneLevel", "Recursive"};
  if (key == "KeyId") return {"Equals", "BeginsWith"};
  return {"Equals"};
}

bool contains(const Texts& texts, std::string_view text) { return std::ranges::find(texts, text) != texts.end(); }

std::string option_of(const ParameterStringFilter& filter) {
  return filter.option.value_or(filter.key == "Path" ? "OneLevel" : "Equals");
}

/// Names that are equal but for the slash in front mean the same to a filter.
std::string_view without_slash(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  return name;
}

bool fits_text(std::string_view text, std::string_view option, std::string_view value) {
  if (option == "BeginsWith") return text.starts_with(value);
  if (option == "Contains") return text.find(value) != std::string_view::npos;
  return text == value;
}

bool fits(
    const Reader& rows, const ParameterRow& parameter, const ParameterVersionRow& newest,
    const ParameterStringFilter& filter, const std::string& value
) {
  auto option = option_of(filter);
  const auto& key = filter.key;
  if (key == "Name") return fits_text(without_slash(parameter.parameter_name), option, without_slash(value));
  if (key == "Path") return lies_under(parameter.parameter_name, value, option == "Recursive");
  if (key == "Type") return newest.type == value;
  if (key == "KeyId") return newest.key_id && fits_text(*newest.key_id, option, value);
  if (key == "Tier") return newest.tier == value;
  if (key == "DataType") return newest.data_type == value;
  if (key == "Label") return std::ranges::find(newest.labels, value) != newest.labels.end();
  auto tags = read_resource_tags(rows, parameter.parameter_arn);
  auto tag = tags.find(key.substr(tag_prefix.size()));
  return tag != tags.end() && tag->second == value;
}

/// A tag filter without values asks for the key alone.
bool has_tag(const Reader& rows, const ParameterRow& parameter, const std::string& key) {
  return read_resource_tags(rows, parameter.parameter_arn).contains(key.substr(tag_prefix.size()));
}

}  // namespace

Status check_filters(const Filters& filters, const std::vector<std::string_view>& keys) {
  Texts seen;
  for (const auto& filter : filters) {
    bool is_tag = filter.key.starts_with(tag_prefix);
    if (!contains(keys, is_tag ? tag_prefix : std::string_view(filter.key))) {
      return Error{"InvalidFilterKey", cat("The filter key ", filter.key, " is not one of this operation's.")};
    }
    if (contains(seen, filter.key)) {
      return Error{"InvalidFilterKey", cat("The filter key ", filter.key, " can be used once only.")};
    }
    seen.push_back(filter.key);
    auto options = options_of(filter.key);
    if (filter.option && !contains(options, *filter.option)) {
      return Error{
          "InvalidFilterOption", cat("The following filter option is not valid: ", *filter.option,
                                     ". Valid options include: [", join({options.begin(), options.end()}, ", "), "]")
      };
    }
    auto values = filter.values.value_or(std::vector<std::string>());
    if (values.empty() && !is_tag) {
      return Error{"InvalidFilterValue", cat("The filter ", filter.key, " needs a value.")};
    }
    for (const auto& value : values) {
      if (filter.key != "Path" || value.starts_with('/')) continue;
      return Error{"InvalidFilterValue", cat("The path ", value, " must begin with a forward slash \"/\".")};
    }
  }
  return Done{};
}

bool passes(const Reader& rows, const ParameterRow& parameter, const ParameterVersionRow& newest, const Filters& filters) {
  return std::ranges::all_of(filters, [&](const ParameterStringFilter& filter) {
    auto values = filter.values.value_or(std::vector<std::string>());
    if (values.empty()) return has_tag(rows, parameter, filter.key);
    return std::ranges::any_of(values, [&](const std::string& value) {
      return fits(rows, parameter, newest, filter, value);
    });
  });
}

bool lies_under(std::string_view name, std::string_view path, bool at_any_depth) {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty() && !name.starts_with('/')) return at_any_depth || name.find('/') == std::string_view::npos;
  if (!name.starts_with(path) || name.size() <= path.size() + 1 || name[path.size()] != '/') return false;
  return at_any_depth || name.find('/', path.size() + 1) == std::string_view::npos;
}

std::string text_of(const Filters& filters) {
  std::string text;
  for (const auto& filter : filters) {
    auto values = filter.values.value_or(std::vector<std::string>());
    text += cat(filter.key, '\n', filter.option.value_or(""), '\n', join(values, "\n"), "\n\n");
  }
  return text;
}

Error invalid_token() { return {"InvalidNextToken", "The specified token is not valid."}; }

}  // namespace roadstead::ssm
