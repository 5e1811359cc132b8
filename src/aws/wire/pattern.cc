#include "aws/wire/pattern.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

namespace roadstead {

namespace {

constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();
constexpr std::size_t beyond_ascii = 128;

/// Which characters an atom takes: ASCII one by one, and all others together.
struct Class {
  std::array<bool, 129> takes{};

  void add(unsigned from, unsigned to) {
    for (unsigned c = from; c <= to && c < beyond_ascii; ++c) takes[c] = true;
    if (to >= beyond_ascii) takes[beyond_ascii] = true;
  }

  void add_word() {
    add('a', 'z');
    add('A', 'Z');
    add('0', '9');
    add('_', '_');
  }

  void invert() {
    for (bool& taken : takes) taken = !taken;
  }
};

struct Atom {
  Class of;
  std::size_t min = 1;
  std::size_t max = 1;
};

class Compiler {
 public:
  explicit Compiler(std::string_view text) : rest_(text) {}

  /// The atoms of the pattern, or nothing when it needs more than this can do.
  std::optional<std::vector<Atom>> compile() {
    if (rest_.starts_with('^')) rest_.remove_prefix(1);
    if (rest_.ends_with('$') && !rest_.ends_with("\\$")) rest_.remove_suffix(1);
    if (rest_.starts_with('(') && rest_.ends_with(')')) rest_ = rest_.substr(1, rest_.size() - 2);
    std::vector<Atom> atoms;
    while (!rest_.empty()) {
      Atom atom;
      if (!read_class(atom.of) || !read_count(atom)) return std::nullopt;
      atoms.push_back(atom);
    }
    return atoms;
  }

 private:
  char take() {
    char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  bool read_class(Class& out) {
    char c = take();
    if (c == '[') return read_brackets(out);
    if (c == '\\') return read_escape(out, nullptr);
    if (c == '.') {
      out.invert();
      return true;
    }
    if (std::string_view("()|*+?{}^$]").find(c) != std::string_view::npos) return false;
    out.add(static_cast<unsigned char>(c), static_cast<unsigned char>(c));
    return true;
  }

  /// After a backslash. A single character goes to `single` instead when the caller wants to make a range of it.
  bool read_escape(Class& out, std::optional<unsigned>* single) {
    if (rest_.empty()) return false;
    char c = take();
    unsigned code = static_cast<unsigned char>(c);
    switch (c) {
      case 'w':
        out.add_word();
        return true;
      case 'd':
        out.add('0', '9');
        return true;
      case 's':
        out.add(9, 13);
        out.add(' ', ' ');
        return true;
      case 'p':
        return read_property(out);
      case 'u':
      case 'x':
        if (!read_hex(c == 'u' ? 4 : 2, code)) return false;
        break;
      case 't':
        code = 9;
        break;
      case 'n':
        code = 10;
        break;
      case 'r':
        code = 13;
        break;
      default:
        if (std::string_view("WDSPbB0123456789").find(c) != std::string_view::npos) return false;
    }
    if (single) {
      *single = code;
    } else {
      out.add(code, code);
    }
    return true;
  }

  bool read_hex(std::size_t digits, unsigned& code) {
    if (rest_.size() < digits) return false;
    auto [end, problem] = std::from_chars(rest_.data(), rest_.data() + digits, code, 16);
    if (problem != std::errc{} || end != rest_.data() + digits) return false;
    rest_.remove_prefix(digits);
    return true;
  }

  bool read_property(Class& out) {
    std::size_t end = rest_.find('}');
    if (!rest_.starts_with('{') || end == std::string_view::npos) return false;
    std::string_view name = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (name == "L") {
      out.add('a', 'z');
      out.add('A', 'Z');
    } else if (name == "N") {
      out.add('0', '9');
    } else if (name == "Z") {
      out.add(' ', ' ');
    } else {
      return false;
    }
    out.add(beyond_ascii, beyond_ascii);
    return true;
  }

  /// One character of a bracket, or nothing when it was a whole class that is already added.
  bool read_bracket_item(Class& out, std::optional<unsigned>& single) {
    char c = take();
    if (c == '\\') return read_escape(out, &single);
    if (c == '[' || c == '&') return false;
    single = static_cast<unsigned char>(c);
    return true;
  }

  bool read_brackets(Class& out) {
    bool inverted = rest_.starts_with('^');
    if (inverted) rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != ']') {
      std::optional<unsigned> from;
      if (!read_bracket_item(out, from)) return false;
      if (!from) continue;
      std::optional<unsigned> to = from;
      if (rest_.size() >= 2 && rest_[0] == '-' && rest_[1] != ']') {
        rest_.remove_prefix(1);
        if (!read_bracket_item(out, to) || !to) return false;
      }
      out.add(*from, *to);
    }
    if (rest_.empty()) return false;
    rest_.remove_prefix(1);
    if (inverted) out.invert();
    return true;
  }

  bool read_count(Atom& atom) {
    if (rest_.empty()) return true;
    switch (rest_.front()) {
      case '*':
        atom.min = 0;
        atom.max = unbounded;
        break;
      case '+':
        atom.max = unbounded;
        break;
      case '?':
        atom.min = 0;
        break;
      case '{':
        return read_braces(atom);
      default:
        return true;
    }
    rest_.remove_prefix(1);
    return rest_.empty() || (rest_.front() != '?' && rest_.front() != '+');
  }

  bool read_braces(Atom& atom) {
    std::size_t end = rest_.find('}');
    if (end == std::string_view::npos) return false;
    std::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    auto [after, problem] = std::from_chars(text.data(), text.data() + text.size(), atom.min);
    if (problem != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(after - text.data()));
    atom.max = atom.min;
    if (text.empty()) return true;
    if (text == ",") {
      atom.max = unbounded;
      return true;
    }
    return text.front() == ',' &&
           std::from_chars(text.data() + 1, text.data() + text.size(), atom.max).ec == std::errc{};
  }

  std::string_view rest_;
};

/// The characters of a UTF-8 text as indexes into Class::takes.
std::vector<unsigned char> classes_of(std::string_view text) {
  std::vector<unsigned char> out;
  out.reserve(text.size());
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) == 0x80) continue;
    out.push_back(std::min<unsigned char>(byte, beyond_ascii));
  }
  return out;
}

/// Which positions one atom reaches from `starts`; linear, whatever its count.
std::vector<char> step(const Atom& atom, const std::vector<unsigned char>& text, const std::vector<char>& starts) {
  std::vector<int> changes(text.size() + 2, 0);
  std::size_t run = 0;
  for (std::size_t i = text.size() + 1; i-- > 0;) {
    run = i < text.size() && atom.of.takes[text[i]] ? run + 1 : 0;
    if (!starts[i] || run < atom.min) continue;
    ++changes[i + atom.min];
    --changes[i + std::min(run, atom.max) + 1];
  }
  std::vector<char> ends(text.size() + 1, 0);
  int open = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    open += changes[i];
    ends[i] = open > 0;
  }
  return ends;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  thread_local std::unordered_map<const char*, std::optional<std::vector<Atom>>> compiled;
  auto [entry, fresh] = compiled.try_emplace(pattern.data());
  if (fresh) entry->second = Compiler(pattern).compile();
  if (!entry->second) return true;
  std::vector<unsigned char> characters = classes_of(text);
  std::vector<char> reached(characters.size() + 1, 0);
  reached[0] = 1;
  for (const Atom& atom : *entry->second) reached = step(atom, characters, reached);
  return reached.back() != 0;
}

}  // namespace roadstead
