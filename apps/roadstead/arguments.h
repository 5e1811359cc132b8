// The command line of a sub-command: "--name value", "--flag" and plain words. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// One option that a sub-command takes. `value` names what follows it in the help; empty for a flag.
struct Option {
  std::string_view name;
  std::string_view value;
  std::string_view help;
};

class Arguments {
 public:
  /// The command line of a sub-command that takes options only. Errors: Usage, naming the word that is wrong and the options
  /// there are.
  static Result<Arguments> parse(const std::vector<std::string>& words, const std::vector<Option>& options);

  /// As `parse`, for a sub-command that takes plain words besides. Errors: Usage, for options only.
  static Result<Arguments> parse_with_words(const std::vector<std::string>& words, const std::vector<Option>& options);

  bool has(std::string_view name) const { return options_.contains(std::string(name)); }
  std::string get(std::string_view name, std::string_view otherwise) const;
  const std::vector<std::string>& words() const { return words_; }

  /// A port or another number from 0 to `highest`. Errors: Usage.
  Result<int> number(std::string_view name, int otherwise, int highest) const;

 private:
  std::map<std::string, std::string> options_;
  std::vector<std::string> words_;
};

/// The lines of a help text for these options.
std::string help_of(const std::vector<Option>& options);

}  // namespace roadstead
