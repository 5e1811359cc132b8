#include "decide/placement/text_pattern.h"

#include <algorithm>

#include "base/text/text.h"

namespace roadstead {

namespace {

std::size_t code(char c) { return static_cast<unsigned char>(c); }

}  // namespace

std::optional<std::bitset<256>> TextPattern::parse_class(std::string_view& rest) {
  std::bitset<256> takes;
  auto take = [&](std::size_t count) {
    auto piece = rest.substr(0, count);
    rest.remove_prefix(piece.size());
    return piece;
  };
  char first = take(1).front();
  if (first == '.') return takes.set();
  if (std::string_view("(){}*+?^$]").find(first) != std::string_view::npos) return std::nullopt;
  if (first == '\\') {
    if (rest.empty()) return std::nullopt;
    char escaped = take(1).front();
    if (escaped == 'd' || escaped == 'w') {
      for (char c = '0'; c <= '9'; ++c) takes.set(code(c));
      if (escaped == 'd') return takes;
      for (char c = 'a'; c <= 'z'; ++c) takes.set(code(c)).set(code(c) - 'a' + 'A');
      return takes.set(code('_'));
    }
    return takes.set(code(escaped));
  }
  if (first != '[') return takes.set(code(first));
  auto end = rest.find(']');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  auto body = take(end);
  rest.remove_prefix(1);
  bool inverted = body.starts_with('^');
  if (inverted) body.remove_prefix(1);
  for (std::size_t i = 0; i < body.size(); ++i) {
    auto from = code(body[i]);
    bool range = i + 2 < body.size() && body[i + 1] == '-';
    auto to = range ? code(body[i + 2]) : from;
    for (auto c = from; c <= to; ++c) takes.set(c);
    if (range) i += 2;
  }
  return inverted ? ~takes : takes;
}

std::optional<TextPattern::Sequence> TextPattern::parse_sequence(std::string_view rest) {
  if (rest.starts_with('^')) rest.remove_prefix(1);
  if (rest.ends_with('$')) rest.remove_suffix(1);
  Sequence sequence;
  while (!rest.empty()) {
    auto takes = parse_class(rest);
    if (!takes) return std::nullopt;
    Atom atom{.takes = *takes};
    if (!rest.empty() && std::string_view("*+?").find(rest.front()) != std::string_view::npos) {
      atom.optional = rest.front() != '+';
      atom.repeats = rest.front() != '?';
      rest.remove_prefix(1);
    }
    sequence.push_back(atom);
  }
  return sequence;
}

std::optional<TextPattern> TextPattern::parse(std::string_view pattern) {
  TextPattern out;
  for (auto piece : split(pattern, '|')) {
    auto sequence = parse_sequence(piece);
    if (!sequence) return std::nullopt;
    out.alternatives_.push_back(std::move(*sequence));
  }
  return out;
}

bool TextPattern::matches(std::string_view text) const {
  auto fits = [&](const Sequence& sequence) {
    // reached[i]: the atoms so far can end before character i.
    std::vector<bool> reached(text.size() + 1);
    reached[0] = true;
    for (const auto& atom : sequence) {
      std::vector<bool> next(text.size() + 1);
      for (std::size_t i = 0; i <= text.size(); ++i) {
        if (reached[i] && atom.optional) next[i] = true;
        if (i == 0 || !atom.takes[code(text[i - 1])]) continue;
        if (reached[i - 1] || (atom.repeats && next[i - 1])) next[i] = true;
      }
      reached = std::move(next);
    }
    return static_cast<bool>(reached.back());
  };
  return std::ranges::any_of(alternatives_, fits);
}

}  // namespace roadstead
