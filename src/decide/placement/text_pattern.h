// The part of regular expressions that attributes of machines need: characters, '.', [classes], the counts '*', '+' and '?',
// and alternatives with '|'. No groups. Matching takes time in proportion to text and pattern, so no user's expression can
// hold up the state thread, which std::regex cannot promise. Pure.
#pragma once

#include <bitset>
#include <optional>
#include <string_view>
#include <vector>

namespace roadstead {

class TextPattern {
 public:
  /// Reads a pattern; nothing when it needs more than this can do.
  static std::optional<TextPattern> parse(std::string_view pattern);

  /// Whether all of `text` matches.
  bool matches(std::string_view text) const;

 private:
  struct Atom {
    std::bitset<256> takes;
    bool optional = false;
    bool repeats = false;
  };
  using Sequence = std::vector<Atom>;

  static std::optional<Sequence> parse_sequence(std::string_view pattern);
  static std::optional<std::bitset<256>> parse_class(std::string_view& rest);

  std::vector<Sequence> alternatives_;
};

}  // namespace roadstead
