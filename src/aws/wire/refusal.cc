#include "aws/wire/refusal.h"

#include <cctype>
#include <utility>

#include "base/text/text.h"

namespace roadstead {

namespace {

const Member* last_member(const Path& path) {
  for (const Path* frame = &path; frame != nullptr; frame = frame->parent) {
    if (frame->member) return frame->member;
  }
  return nullptr;
}

/// How ECS speaks of a member: the model may say, else its name in words.
std::string label_of(const Path& path) {
  const Member* member = last_member(path);
  if (member == nullptr) return "request";
  return member->label.empty() ? words_of(member->name) : std::string(member->label);
}

std::string capitalised(std::string words) {
  bool start = true;
  for (char& c : words) {
    if (start) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    start = c == ' ';
  }
  return words;
}

/// Answers may have this launch type; requests name the capacity provider instead, and ECS does not offer it to them.
bool is_offered(const Type& type, std::string_view value) { return type.name != "LaunchType" || value != "MANAGED_INSTANCES"; }

std::string joined_values(const Type& type, std::string_view separator) {
  std::string out;
  for (std::string_view value : type.values) {
    if (!is_offered(type, value)) continue;
    if (!out.empty()) out.append(separator);
    out.append(value);
  }
  return out;
}

/// "1 validation error detected: Value 'x' at 'y' failed to satisfy constraint: …"
Error plain(const Refusals& refusals, const Path& path, std::string_view given, std::string_view constraint) {
  return {
      .code = std::string(refusals.invalid),
      .message = cat("1 validation error detected: Value ", given, " at '", to_string(path),
                     "' failed to satisfy constraint: ", constraint),
  };
}

}  // namespace

std::string to_string(const Path& path) {
  std::string before = path.parent ? to_string(*path.parent) : std::string();
  std::string here;
  if (path.member) {
    here = path.member->name;
    here[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(here[0])));
  } else if (!path.key.empty()) {
    here = cat(path.key, ".member");
  } else if (path.parent) {
    here = cat(path.index + 1, ".member");
  }
  if (before.empty()) return here;
  return cat(before, ".", here);
}

std::string words_of(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    auto c = static_cast<unsigned char>(name[i]);
    bool after_lower = i > 0 && std::islower(static_cast<unsigned char>(name[i - 1]));
    if (std::isupper(c) && after_lower) out.push_back(' ');
    out.push_back(static_cast<char>(std::tolower(c)));
  }
  return out;
}

Error malformed(const Refusals& refusals, std::string what) {
  return {.code = std::string(refusals.malformed), .message = std::move(what)};
}

Error missing(const Refusals& refusals, const Path& path) {
  if (refusals.wording == Wording::ecs) {
    return {.code = std::string(refusals.invalid), .message = cat(capitalised(label_of(path)), " cannot be empty.")};
  }
  return plain(refusals, path, "null", "Member must not be null");
}

Error not_one_of(const Refusals& refusals, const Path& path, const Type& type, std::string_view given) {
  if (refusals.wording == Wording::ecs) {
    return {
        .code = std::string(refusals.invalid),
        .message = cat(label_of(path), " should be one of [", joined_values(type, ","), "]"),
    };
  }
  return plain(
      refusals, path, cat("'", given, "'"), cat("Member must satisfy enum value set: [", joined_values(type, ", "), "]")
  );
}

Error out_of_bounds(const Refusals& refusals, const Path& path, std::string_view given, std::string_view constraint) {
  return plain(refusals, path, cat("'", given, "'"), constraint);
}

}  // namespace roadstead
