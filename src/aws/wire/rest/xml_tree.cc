#include "aws/wire/rest/xml_tree.h"

#include <algorithm>
#include <optional>

#include "base/text/text.h"

namespace roadstead {

namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t most_elements = 100'000;

Error malformed() {
  return {"MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema"};
}

/// The UTF-8 form of a character; nothing for what XML does not allow.
std::optional<std::string> utf8_of(std::uint32_t code) {
  bool allowed = code == 9 || code == 10 || code == 13 || (code >= 0x20 && code < 0xd800) || (code > 0xdfff && code <= 0x10ffff);
  if (!allowed) return std::nullopt;
  auto byte = [](std::uint32_t bits) { return static_cast<char>(bits); };
  if (code < 0x80) return std::string{byte(code)};
  if (code < 0x800) return std::string{byte(0xc0 | (code >> 6)), byte(0x80 | (code & 0x3f))};
  if (code < 0x10000) return std::string{byte(0xe0 | (code >> 12)), byte(0x80 | ((code >> 6) & 0x3f)), byte(0x80 | (code & 0x3f))};
  return std::string{
      byte(0xf0 | (code >> 18)), byte(0x80 | ((code >> 12) & 0x3f)), byte(0x80 | ((code >> 6) & 0x3f)), byte(0x80 | (code & 0x3f))
  };
}

/// What stands for "&name;".
std::optional<std::string> entity_of(std::string_view name) {
  if (name == "lt") return "<";
  if (name == "gt") return ">";
  if (name == "amp") return "&";
  if (name == "quot") return "\"";
  if (name == "apos") return "'";
  if (!name.starts_with('#')) return std::nullopt;
  bool hexadecimal = name.starts_with("#x");
  auto digits = name.substr(hexadecimal ? 2 : 1);
  std::uint32_t code = 0;
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  if (problem != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return utf8_of(code);
}

class XmlParser {
 public:
  explicit XmlParser(std::string_view text) : rest_(text) {}

  Result<XmlElement> parse() {
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
    TRY(skip_between());
    if (!rest_.starts_with('<')) return malformed();
    auto root = TRY(element(0));
    TRY(skip_between());
    if (!rest_.empty()) return malformed();
    return root;
  }

 private:
  /// Takes everything up to and with `end`.
  Result<std::string_view> take_until(std::string_view end) {
    auto at = rest_.find(end);
    if (at == std::string_view::npos) return malformed();
    auto taken = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return taken;
  }

  /// White space, comments and processing instructions outside the root.
  Status skip_between() {
    while (true) {
      auto at = rest_.find_first_not_of(" \t\r\n");
      rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at);
      if (rest_.starts_with("<?")) {
        TRY(take_until("?>"));
      } else if (rest_.starts_with("<!--")) {
        TRY(take_until("-->"));
      } else {
        return Done{};
      }
    }
  }

  static std::string_view without_prefix(std::string_view name) {
    auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
  }

  /// The head of an element, whose attributes are dropped. A '>' inside an attribute does not end it.
  Result<std::string_view> take_tag() {
    char quote = 0;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      char c = rest_[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '<') {
        return malformed();
      } else if (c == '>') {
        auto tag = rest_.substr(1, at - 1);
        rest_.remove_prefix(at + 1);
        return tag;
      }
    }
    return malformed();
  }

  Result<XmlElement> element(std::size_t depth) {
    if (depth >= deepest || ++elements_ > most_elements) return malformed();
    auto tag = TRY(take_tag());
    bool empty = tag.ends_with('/');
    if (empty) tag.remove_suffix(1);
    auto full_name = tag.substr(0, tag.find_first_of(" \t\r\n"));
    XmlElement out;
    out.name = without_prefix(full_name);
    if (out.name.empty() || out.name.front() == '!') return malformed();
    if (empty) return out;
    while (true) {
      TRY(append_text(out.text));
      if (rest_.starts_with("</")) {
        rest_.remove_prefix(2);
        auto closing = TRY(take_until(">"));
        if (trim(closing) != full_name) return malformed();
        return out;
      }
      out.children.push_back(TRY(element(depth + 1)));
    }
  }

  /// Text up to the next tag; comments and instructions inside are nothing.
  Status append_text(std::string& out) {
    while (true) {
      auto less = rest_.find('<');
      if (less == std::string_view::npos) return malformed();
      TRY(append_resolved(out, rest_.substr(0, less)));
      rest_.remove_prefix(less);
      if (rest_.starts_with("<!--")) {
        TRY(take_until("-->"));
      } else if (rest_.starts_with("<![CDATA[")) {
        rest_.remove_prefix(9);
        out.append(TRY(take_until("]]>")));
      } else if (rest_.starts_with("<?")) {
        TRY(take_until("?>"));
      } else {
        return Done{};
      }
    }
  }

  static Status append_resolved(std::string& out, std::string_view text) {
    while (true) {
      auto ampersand = text.find('&');
      out.append(text.substr(0, ampersand));
      if (ampersand == std::string_view::npos) return Done{};
      text.remove_prefix(ampersand + 1);
      auto semicolon = text.substr(0, 12).find(';');
      if (semicolon == std::string_view::npos) return malformed();
      auto resolved = entity_of(text.substr(0, semicolon));
      if (!resolved) return malformed();
      out.append(*resolved);
      text.remove_prefix(semicolon + 1);
    }
  }

  std::string_view rest_;
  std::size_t elements_ = 0;
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view wanted) const {
  auto found = std::ranges::find(children, wanted, &XmlElement::name);
  return found == children.end() ? nullptr : &*found;
}

Result<XmlElement> parse_xml(std::string_view text) { return XmlParser(text).parse(); }

}  // namespace roadstead
