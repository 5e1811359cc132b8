#include "agent/exec/command_words.h"

#include <optional>

#include "base/text/text.h"

namespace roadstead {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Reads up to the closing `quote`, from behind the opening one; leaves `at` behind it. False when there is none.
bool read_quoted(std::string_view text, char quote, std::size_t& at, std::string& word) {
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == quote) {
      ++at;
      return true;
    }
    // Between double quotes a backslash means itself, but before these.
    bool escapes = quote == '"' && c == '\\' && at + 1 < text.size() && std::string_view("\"\\$`").contains(text[at + 1]);
    if (escapes) c = text[++at];
    word.push_back(c);
  }
  return false;
}

}  // namespace

Result<std::vector<std::string>> split_command(std::string_view command) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  for (std::size_t at = 0; at < command.size();) {
    char c = command[at++];
    if (is_blank(c)) {
      if (word) words.push_back(std::move(*word));
      word.reset();
      continue;
    }
    if (!word) word.emplace();
    if (c == '\'' || c == '"') {
      if (!read_quoted(command, c, at, *word)) return Error{"InvalidCommand", cat("a quote is not closed in: ", command)};
    } else if (c == '\\' && at < command.size()) {
      word->push_back(command[at++]);
    } else {
      word->push_back(c);
    }
  }
  if (word) words.push_back(std::move(*word));
  if (words.empty()) return Error{"InvalidCommand", "the command has no words"};
  return words;
}

std::string join_command(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const auto& word : words) quoted.push_back(cat('\'', replace_all(word, "'", "'\\''"), '\''));
  return join(quoted, " ");
}

}  // namespace roadstead
