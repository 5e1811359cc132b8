#include "aws/wire/form.h"

#include <cctype>
#include <cstring>
#include <vector>

#include "aws/wire/refusal.h"
#include "aws/wire/scalar.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {

namespace {

bool add_value(FormNode& root, std::string_view name, std::string value) {
  FormNode* node = &root;
  int depth = 0;
  for (std::string_view part : split(name, '.')) {
    if (++depth > form_max_depth) return false;
    auto found = node->children.find(part);
    if (found == node->children.end()) found = node->children.emplace(std::string(part), FormNode{}).first;
    node = &found->second;
  }
  node->value = std::move(value);
  return true;
}

class FormReader {
 public:
  FormReader(const Refusals& refusals, FormNames names) : refusals_(refusals), names_(names) {}

  Status read(const Type& type, const Member* member, const FormNode& in, void* out, const Path& path) {
    switch (type.kind) {
      case Kind::structure:
        return read_structure(type, in, out, path);
      case Kind::list:
        return read_list(type, member, in, out, path);
      case Kind::map:
        return read_map(type, member, in, out, path);
      default:
        return read_scalar(type, in.value.value_or(""), out, path);
    }
  }

  Status read_structure(const Type& type, const FormNode& in, void* out, const Path& path) {
    for (const Member& member : type.members) {
      Path here{.parent = &path, .member = &member};
      const FormNode* given = in.child(name_of(member));
      if (given != nullptr) {
        TRY(read(*member.type, &member, *given, member.emplace(out), here));
      } else if (member.required) {
        return missing(refusals_, here);
      }
    }
    return Done{};
  }

 private:
  std::string name_of(const Member& member) const {
    std::string name(member.xml_name.empty() ? member.name : member.xml_name);
    if (names_ == FormNames::query) return name;
    if (!member.ec2_name.empty()) return std::string(member.ec2_name);
    name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    return name;
  }

  /// The numbered children of a list or map in the order of their numbers, whatever stands between.
  std::vector<const FormNode*> items(const FormNode& in, std::string_view between, bool flattened) const {
    const FormNode* holder = &in;
    if (names_ == FormNames::query && !flattened) {
      if (const FormNode* inner = in.child(between)) holder = inner;
    }
    std::map<std::uint32_t, const FormNode*> ordered;
    for (const auto& [name, node] : holder->children) {
      if (auto number = to_number<std::uint32_t>(name)) ordered.emplace(*number, &node);
    }
    std::vector<const FormNode*> out;
    for (const auto& [number, node] : ordered) out.push_back(node);
    return out;
  }

  Status read_list(const Type& type, const Member* member, const FormNode& in, void* out, const Path& path) {
    type.list->clear(out);
    std::string_view between = type.element_name.empty() ? "member" : type.element_name;
    std::size_t index = 0;
    for (const FormNode* item : items(in, between, member && member->flattened)) {
      Path here{.parent = &path, .index = index++};
      TRY(read(*type.element, nullptr, *item, type.list->append(out), here));
    }
    return Done{};
  }

  Status read_map(const Type& type, const Member* member, const FormNode& in, void* out, const Path& path) {
    type.map->clear(out);
    for (const FormNode* item : items(in, "entry", member && member->flattened)) {
      const FormNode* key = item->child(type.key_name.empty() ? "key" : type.key_name);
      const FormNode* value = item->child(type.element_name.empty() ? "value" : type.element_name);
      if (key == nullptr || !key->value) return malformed(refusals_, "A map entry has no key.");
      Path here{.parent = &path, .key = *key->value};
      void* place = type.map->emplace(out, *key->value);
      if (value != nullptr) TRY(read(*type.element, nullptr, *value, place, here));
    }
    return Done{};
  }

  Status read_scalar(const Type& type, const std::string& text, void* out, const Path& path) const {
    if (type.kind == Kind::enumeration) {
      int index = index_of(type.values, text);
      if (index < 0) return not_one_of(refusals_, path, type, text);
      std::memcpy(out, &index, sizeof index);
      return Done{};
    }
    if (type.kind == Kind::string || type.kind == Kind::document) {
      *static_cast<std::string*>(out) = text;
      return Done{};
    }
    if (scalar_from_text(type, text, out)) return Done{};
    return malformed(refusals_, cat("'", text.substr(0, 64), "' is not a valid value for ", to_string(path)));
  }

  const Refusals& refusals_;
  FormNames names_;
};

}  // namespace

std::optional<FormNode> parse_form(std::string_view body) {
  if (body.size() > form_max_size) return std::nullopt;
  FormNode root;
  int values = 0;
  for (std::string_view pair : split(body, '&')) {
    if (pair.empty()) continue;
    if (++values > form_max_values) return std::nullopt;
    std::size_t equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!name || !value || !is_utf8(*name) || !is_utf8(*value)) return std::nullopt;
    if (!add_value(root, *name, std::move(*value))) return std::nullopt;
  }
  return root;
}

Status read_form(const Type& type, const FormNode& form, void* object, const Refusals& refusals, FormNames names) {
  return FormReader(refusals, names).read_structure(type, form, object, Path{});
}

}  // namespace roadstead
