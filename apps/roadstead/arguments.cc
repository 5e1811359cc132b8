#include "arguments.h"

#include <algorithm>

#include "base/text/text.h"

namespace roadstead {

Result<Arguments> Arguments::parse(const std::vector<std::string>& words, const std::vector<Option>& options) {
  auto out = TRY(parse_with_words(words, options));
  if (out.words_.empty()) return out;
  return Error{"Usage", cat("The word '", out.words_.front(), "' means nothing here: this command takes options only.\n", help_of(options))};
}

Result<Arguments> Arguments::parse_with_words(const std::vector<std::string>& words, const std::vector<Option>& options) {
  Arguments out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    if (!word.starts_with("--")) {
      out.words_.push_back(word);
      continue;
    }
    auto equals = word.find('=');
    auto name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    auto found = std::ranges::find(options, name, &Option::name);
    if (found == options.end()) return Error{"Usage", cat("Unknown option --", name, ".\n", help_of(options))};
    if (found->value.empty()) {
      out.options_[name] = "true";
    } else if (equals != std::string::npos) {
      out.options_[name] = word.substr(equals + 1);
    } else if (i + 1 < words.size()) {
      out.options_[name] = words[++i];
    } else {
      return Error{"Usage", cat("Option --", name, " needs a value: ", found->value, '.')};
    }
  }
  return out;
}

std::string Arguments::get(std::string_view name, std::string_view otherwise) const {
  auto found = options_.find(std::string(name));
  return found == options_.end() ? std::string(otherwise) : found->second;
}

Result<int> Arguments::number(std::string_view name, int otherwise, int highest) const {
  auto found = options_.find(std::string(name));
  if (found == options_.end()) return otherwise;
  auto number = to_number<int>(found->second);
  if (!number || *number < 0 || *number > highest) {
    return Error{"Usage", cat("--", name, " must be a number from 0 to ", highest, ", not '", found->second, "'.")};
  }
  return *number;
}

std::string help_of(const std::vector<Option>& options) {
  std::string out;
  for (const auto& option : options) {
    auto left = cat("  --", option.name, option.value.empty() ? "" : " ", option.value);
    left.resize(std::max<std::size_t>(left.size() + 2, 34), ' ');
    out += cat(left, option.help, '\n');
  }
  return out;
}

}  // namespace roadstead
