#include "aws/wire/rest/rest_xml.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "aws/wire/check.h"
#include "aws/wire/refusal.h"
#include "aws/wire/scalar.h"
#include "aws/wire/xml.h"
#include "aws/wire/rest/xml_tree.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead::rest_xml {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr std::string_view s3_namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Names of roots that differ from their shape's, which AWS's public model leaves out.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> root_names{{
    {"ListBucketsOutput", "ListAllMyBucketsResult"},
    {"ListObjectsV2Output", "ListBucketResult"},
    {"ListObjectsOutput", "ListBucketResult"},
    {"DeleteObjectsOutput", "DeleteResult"},
    {"CreateMultipartUploadOutput", "InitiateMultipartUploadResult"},
    {"CompleteMultipartUploadOutput", "CompleteMultipartUploadResult"},
    {"ListMultipartUploadsOutput", "ListMultipartUploadsResult"},
    {"ListPartsOutput", "ListPartsResult"},
    {"GetObjectTaggingOutput", "Tagging"},
    {"GetBucketVersioningOutput", "VersioningConfiguration"},
}};

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::string_view query_of(std::string_view target) {
  auto question = target.find('?');
  return question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
}

Pairs pairs_of(std::string_view query) {
  Pairs out;
  for (auto piece : split(query, '&')) {
    if (piece.empty()) continue;
    auto equals = piece.find('=');
    auto name = percent_decode(piece.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("") : percent_decode(piece.substr(equals + 1), true);
    if (name && value) out.emplace_back(*std::move(name), *std::move(value));
  }
  return out;
}

const std::string* find_pair(const Pairs& pairs, std::string_view name) {
  auto found = std::ranges::find(pairs, name, &Pairs::value_type::first);
  return found == pairs.end() ? nullptr : &found->second;
}

/// The labels of "/", "/{Bucket}" and "/{Bucket}/{Key+}", still encoded; nothing when the path is not of that form.
std::optional<std::vector<std::string_view>> match(std::string_view uri, std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  auto slash = path.find('/');
  auto first = path.substr(0, slash);
  auto rest = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  std::vector<std::string_view> labels;
  if (!first.empty()) labels.push_back(first);
  if (!rest.empty()) labels.push_back(rest);
  auto wanted = static_cast<std::size_t>(std::ranges::count(path_of(uri), '{'));
  if (labels.size() != wanted || (first.empty() && !rest.empty())) return std::nullopt;
  return labels;
}

std::string_view outer_name(const Member& member) { return member.location_name.empty() ? member.name : member.location_name; }

/// How many things in a request say that it means this operation; nothing when one that must be there is missing.
std::optional<std::size_t> weigh(const Operation& operation, const Pairs& query, std::span<const HeaderView> headers) {
  std::size_t weight = 0;
  for (const auto& [name, value] : pairs_of(query_of(operation.http_uri))) {
    const auto* given = find_pair(query, name);
    if (given == nullptr || (!value.empty() && *given != value)) return std::nullopt;
    ++weight;
  }
  for (const auto& member : operation.input->members) {
    bool in_query = member.location == Location::query;
    if (!member.required || (!in_query && member.location != Location::header)) continue;
    bool there = in_query ? find_pair(query, outer_name(member)) != nullptr : header_of(headers, outer_name(member)).data() != nullptr;
    if (!there) return std::nullopt;
    ++weight;
  }
  return weight;
}

/// What a query holds beside what the operation is asked: its signature, and the operation's name as some clients add it.
bool is_about_the_request(std::string_view name) {
  return name == "x-id" || name.starts_with("X-Amz-") || name == "AWSAccessKeyId" || name == "Signature" || name == "Expires";
}

bool knows(const Operation& operation, std::string_view name) {
  if (is_about_the_request(name)) return true;
  if (find_pair(pairs_of(query_of(operation.http_uri)), name) != nullptr) return true;
  return std::ranges::any_of(operation.input->members, [&](const Member& member) {
    return member.location == Location::query && outer_name(member) == name;
  });
}

/// Fills an input from the places where its members are.
class InputReader {
 public:
  explicit InputReader(const Refusals& refusals) : refusals_(refusals) {}

  /// A text outside the body: of the path, the query or a header.
  Status read_outer(const Member& member, std::string_view text, void* object) const {
    const Type& type = *member.type;
    if (!is_utf8(text)) return Error{std::string(refusals_.invalid), cat("The value of ", outer_name(member), " is not UTF-8.")};
    if (type.kind == Kind::list) {
      void* list = member.emplace(object);
      for (auto piece : split(text, ',')) TRY(read_scalar(*type.element, outer_name(member), trim(piece), type.list->append(list), refusals_.invalid));
      return Done{};
    }
    return read_scalar(type, outer_name(member), text, member.emplace(object), refusals_.invalid);
  }

  Status read_members(const Type& type, const XmlElement& xml, void* object) const {
    for (const auto& member : type.members) {
      if (member.location != Location::body) continue;
      auto name = member.xml_name.empty() ? member.name : member.xml_name;
      if (member.flattened && member.type->kind == Kind::list) {
        TRY(read_items(member, xml, name, object));
        continue;
      }
      const auto* found = xml.find(name);
      if (found != nullptr) {
        TRY(read_value(*member.type, *found, member.emplace(object)));
      } else if (member.required) {
        return malformed(refusals_, cat("The XML you provided has no element ", name, '.'));
      }
    }
    return Done{};
  }

 private:
  Status read_scalar(const Type& type, std::string_view name, std::string_view text, void* value, std::string_view code) const {
    Error problem{std::string(code), cat("'", text.substr(0, 64), "' is not a valid value for ", name, '.')};
    if (type.kind == Kind::enumeration) {
      int index = index_of(type.values, text);
      if (index < 0) return problem;
      std::memcpy(value, &index, sizeof index);
      return Done{};
    }
    if (type.kind == Kind::string) {
      *static_cast<std::string*>(value) = text;
      return Done{};
    }
    return scalar_from_text(type, text, value) ? Status(Done{}) : Status(std::move(problem));
  }

  Status read_items(const Member& member, const XmlElement& holder, std::string_view name, void* object) const {
    void* list = nullptr;
    for (const auto& child : holder.children) {
      if (child.name != name) continue;
      if (list == nullptr) list = member.emplace(object);
      TRY(read_value(*member.type->element, child, member.type->list->append(list)));
    }
    if (list == nullptr && member.required) return malformed(refusals_, cat("The XML you provided has no element ", name, '.'));
    return Done{};
  }

  Status read_value(const Type& type, const XmlElement& xml, void* value) const {
    if (type.kind == Kind::structure) return read_members(type, xml, value);
    if (type.kind == Kind::list) {
      auto item_name = type.element_name.empty() ? std::string_view("member") : type.element_name;
      for (const auto& child : xml.children) {
        if (child.name == item_name) TRY(read_value(*type.element, child, type.list->append(value)));
      }
      return Done{};
    }
    if (!is_utf8(xml.text)) return malformed(refusals_, "The XML you provided is not UTF-8.");
    return read_scalar(type, xml.name, xml.text, value, refusals_.malformed);
  }

  const Refusals& refusals_;
};

/// The headers that begin with the prefix of a member, by what follows it.
void read_prefix_headers(const Member& member, std::span<const HeaderView> headers, void* object) {
  void* map = nullptr;
  for (const auto& [name, value] : headers) {
    auto lower = to_lower(name);
    if (!lower.starts_with(outer_name(member)) || !is_utf8(value)) continue;
    if (map == nullptr) map = member.emplace(object);
    *static_cast<std::string*>(member.type->map->emplace(map, lower.substr(outer_name(member).size()))) = value;
  }
}

Status read_payload(const Refusals& refusals, const Member& member, std::string_view body, void* object) {
  if (member.type->kind == Kind::blob || member.type->kind == Kind::string) {
    *static_cast<std::string*>(member.emplace(object)) = body;
    return Done{};
  }
  if (trim(body).empty()) {
    return member.required ? Status(malformed(refusals, "The request needs a body of XML, and has none.")) : Status(Done{});
  }
  auto tree = TRY(parse_xml(body));
  auto root = member.xml_name.empty() ? member.type->name : member.xml_name;
  if (tree.name != root) return malformed(refusals, cat("The XML you provided is not a ", root, '.'));
  return InputReader(refusals).read_members(*member.type, tree, member.emplace(object));
}

std::string_view root_of(const Type& type) {
  auto found = std::ranges::find(root_names, type.name, &std::pair<std::string_view, std::string_view>::first);
  return found == root_names.end() ? type.name : found->second;
}

void write_headers(const Member& member, const void* value, Answer& answer) {
  if (member.location == Location::header) {
    auto text = scalar_to_text(*member.type, member.timestamp_format, TimestampFormat::http_date, value);
    if (equal_ignoring_case(outer_name(member), "content-range")) answer.status = 206;
    answer.headers.emplace_back(outer_name(member), std::move(text));
    return;
  }
  struct Place {
    Answer& answer;
    std::string_view prefix;
  } place{answer, outer_name(member)};
  member.type->map->each(value, &place, [](void* context, const std::string& name, const void* text) {
    auto& to = *static_cast<Place*>(context);
    to.answer.headers.emplace_back(cat(to.prefix, name), *static_cast<const std::string*>(text));
  });
}

void write_payload(const Member& member, const void* value, Answer& answer) {
  if (member.type->kind == Kind::blob || member.type->kind == Kind::string) {
    answer.body = *static_cast<const std::string*>(value);
    return;
  }
  XmlWriter xml;
  xml.open(root_of(*member.type), s3_namespace);
  write_xml_members(xml, *member.type, value);
  xml.close();
  answer.body = cat(declaration, std::move(xml).finish());
  answer.is_xml = true;
}

/// GetBucketLocation alone has no element around its only member.
bool is_unwrapped(const Type& type) { return type.name == "GetBucketLocationOutput"; }

void write_body(const Type& type, const void* out, Answer& answer) {
  XmlWriter xml;
  if (is_unwrapped(type)) {
    const auto& member = type.members.front();
    const void* value = member.get(out);
    xml.open(member.name, s3_namespace);
    if (value != nullptr) xml.text(scalar_to_text(*member.type, member.timestamp_format, TimestampFormat::date_time, value));
  } else {
    xml.open(root_of(type), s3_namespace);
    write_xml_members(xml, type, out);
  }
  xml.close();
  answer.body = cat(declaration, std::move(xml).finish());
  answer.is_xml = true;
}

}  // namespace

const Operation* find_operation(
    const ServiceModel& model, std::string_view method, std::string_view target, std::span<const HeaderView> headers
) {
  auto query = pairs_of(query_of(target));
  const Operation* found = nullptr;
  std::size_t heaviest = 0;
  for (const auto& operation : model.operations) {
    if (operation.http_method != method || !match(operation.http_uri, path_of(target))) continue;
    auto weight = weigh(operation, query, headers);
    if (!weight || (found != nullptr && *weight <= heaviest)) continue;
    found = &operation;
    heaviest = *weight;
  }
  bool all_known = found != nullptr && std::ranges::all_of(query, [&](const auto& pair) { return knows(*found, pair.first); });
  return all_known ? found : nullptr;
}

std::string name_of_request(std::string_view method, std::string_view target) {
  for (const auto& [name, value] : pairs_of(query_of(target))) {
    if (!is_about_the_request(name)) return cat(method, " ?", name);
  }
  return std::string(method);
}

Result<AnyShape> read_request(
    const ServiceModel& model, const Operation& operation, std::string_view target, std::span<const HeaderView> headers,
    std::string_view body
) {
  AnyShape input = operation.new_input();
  InputReader reader(model.refusals);
  auto labels = match(operation.http_uri, path_of(target));
  if (!labels) return Error{"InvalidURI", "Couldn't parse the specified URI."};
  auto query = pairs_of(query_of(target));
  for (const auto& member : operation.input->members) {
    if (member.location == Location::label) {
      auto text = percent_decode(labels->at(member.name == "Bucket" ? 0 : 1));
      if (!text || !is_utf8(*text)) return Error{"InvalidURI", "Couldn't parse the specified URI."};
      TRY(reader.read_outer(member, *text, input.data()));
    } else if (member.location == Location::query) {
      if (const auto* text = find_pair(query, outer_name(member))) TRY(reader.read_outer(member, *text, input.data()));
    } else if (member.location == Location::header) {
      auto text = header_of(headers, outer_name(member));
      if (text.data() != nullptr) TRY(reader.read_outer(member, text, input.data()));
    } else if (member.location == Location::prefix_headers) {
      read_prefix_headers(member, headers, input.data());
    } else if (member.location == Location::payload) {
      TRY(read_payload(model.refusals, member, body, input.data()));
    }
  }
  TRY(check(model.refusals, *operation.input, input.data()));
  return input;
}

Answer write_response(const Operation& operation, const void* out) {
  Answer answer{.status = operation.http_status, .headers = {}, .body = {}, .is_xml = false};
  bool has_body = false;
  for (const auto& member : operation.output->members) {
    has_body |= member.location == Location::body;
    const void* value = member.get(out);
    if (value == nullptr) continue;
    if (member.location == Location::header || member.location == Location::prefix_headers) write_headers(member, value, answer);
    if (member.location == Location::payload) write_payload(member, value, answer);
  }
  if (has_body) write_body(*operation.output, out, answer);
  return answer;
}

std::string write_error(const Error& error, std::string_view request_id) {
  XmlWriter xml;
  xml.open("Error");
  xml.element("Code", error.code);
  xml.element("Message", error.message);
  xml.element("RequestId", request_id);
  xml.element("HostId", request_id);
  xml.close();
  return cat(declaration, std::move(xml).finish());
}

}  // namespace roadstead::rest_xml
