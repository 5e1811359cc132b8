#include "support/query_json.h"

#include <boost/json.hpp>

#include "base/data/encode.h"
#include "base/result/result.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

namespace json = boost::json;

void append_form(std::string& out, const std::string& name, const json::value& value) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.as_object()) {
      append_form(out, name.empty() ? std::string(key) : cat(name, '.', std::string_view(key)), member);
    }
  } else if (value.is_array()) {
    int index = 0;
    for (const auto& element : value.as_array()) append_form(out, cat(name, ".member.", ++index), element);
    if (index == 0) out += cat('&', name, '=');
  } else if (!value.is_null()) {
    auto text = value.is_string() ? std::string(value.as_string()) : json::serialize(value);
    out += cat('&', percent_encode(name), '=', percent_encode(text));
  }
}

/// Reads the elements of a well-formed document; our own answers are.
class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : text_(text) {}

  json::value read_root() {
    if (text_.starts_with("<?")) text_.remove_prefix(text_.find("?>") + 2);
    skip_blanks();
    read_tag();
    return read_content();
  }

 private:
  void skip_blanks() {
    while (!text_.empty() && (text_[0] == '\n' || text_[0] == ' ' || text_[0] == '\r')) text_.remove_prefix(1);
  }

  /// Takes "<name attributes>"; gives the name, with a '/' at the end for an empty element.
  std::string read_tag() {
    CHECK(text_.starts_with('<'), "our answers are well-formed XML");
    auto end = text_.find('>');
    auto tag = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    auto name = std::string(tag.substr(0, tag.find_first_of(" /")));
    return tag.ends_with('/') ? name + "/" : name;
  }

  /// Everything up to and with the closing tag.
  json::value read_content() {
    std::string text;
    json::object members;
    json::array list;
    bool is_list = false;
    while (!text_.starts_with("</")) {
      if (!text_.starts_with('<')) {
        auto end = text_.find('<');
        text.append(text_.substr(0, end));
        text_.remove_prefix(end);
        continue;
      }
      auto name = read_tag();
      json::value value = name.ends_with('/') ? json::value("") : read_content();
      if (name.ends_with('/')) name.pop_back();
      if (name == "member") {
        is_list = true;
        list.push_back(std::move(value));
      } else {
        members[name] = std::move(value);
      }
    }
    text_.remove_prefix(text_.find('>') + 1);
    if (is_list) return list;
    if (!members.empty()) return members;
    return json::string(unescape(text));
  }

  static std::string unescape(std::string text) {
    text = replace_all(text, "&lt;", "<");
    text = replace_all(text, "&gt;", ">");
    text = replace_all(text, "&quot;", "\"");
    text = replace_all(text, "&apos;", "'");
    return replace_all(text, "&amp;", "&");
  }

  std::string_view text_;
};

}  // namespace

std::string form_of_json(std::string_view json_text) {
  std::string out;
  append_form(out, "", json::parse(json_text.empty() ? "{}" : json_text));
  return out;
}

json::value json_of_xml(std::string_view xml) { return XmlReader(xml).read_root(); }

}  // namespace roadstead
