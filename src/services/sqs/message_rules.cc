#include "services/sqs/message_rules.h"

#include <algorithm>
#include <charconv>

#include "base/data/encode.h"
#include "services/sqs/names.h"

namespace roadstead::sqs {

namespace {

constexpr std::size_t most_attributes = 10;
constexpr std::size_t longest_name = 256;
constexpr std::size_t longest_id = 128;
constexpr std::int32_t longest_delay = 900;
constexpr std::string_view trace_header = "AWSTraceHeader";

bool is_word(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
}

bool is_type(std::string_view type, std::string_view prefix) {
  return type.starts_with(prefix) && (type.size() == prefix.size() || type[prefix.size()] == '.') && type.size() <= longest_name;
}

bool is_number(const std::string& text) {
  double number = 0;
  auto begin = text.data() + (text.starts_with('+') ? 1 : 0);
  auto [end, problem] = std::from_chars(begin, text.data() + text.size(), number);
  return problem != std::errc::invalid_argument && end == text.data() + text.size();
}

Status check_name(const std::string& name) {
  auto lower = to_lower(name);
  bool letters = std::ranges::all_of(name, [](char letter) { return is_word(letter) || letter == '_' || letter == '-' || letter == '.'; });
  bool dots = !name.starts_with('.') && !name.ends_with('.') && name.find("..") == std::string::npos;
  bool reserved = lower.starts_with("aws.") || lower.starts_with("amazon.");
  if (!name.empty() && name.size() <= longest_name && letters && dots && !reserved) return Done{};
  return invalid_value(cat("The message attribute name '", name, "' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) only, must not start or end with a period, and must not start with AWS. or Amazon."));
}

template <class Attribute>
Status check_value(const std::string& name, const Attribute& attribute) {
  bool binary = is_type(attribute.data_type, "Binary");
  bool number = is_type(attribute.data_type, "Number");
  if (!binary && !number && !is_type(attribute.data_type, "String")) {
    return invalid_value(cat("The message attribute '", name, "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."));
  }
  bool lists = (attribute.string_list_values && !attribute.string_list_values->empty()) ||
               (attribute.binary_list_values && !attribute.binary_list_values->empty());
  if (lists) return Error{"UnsupportedOperation", "Message attribute list values in SendMessage operation are not supported."};
  const auto& value = binary ? attribute.binary_value : attribute.string_value;
  if (!value || value->empty()) {
    return invalid_value(cat("The message attribute '", name, "' must contain non-empty message attribute value for message attribute type '", attribute.data_type, "'."));
  }
  if (binary ? attribute.string_value.has_value() : attribute.binary_value.has_value()) {
    return invalid_value(cat("The message attribute '", name, "' has more than one value. Give the one of its type only."));
  }
  if (!binary && !is_message_text(*value)) return Error{"InvalidMessageContents", cat("The value of the message attribute '", name, "' has characters that are not allowed.")};
  if (number && !is_number(*value)) return invalid_value(cat("Can't cast the value of message (user) attribute '", name, "' to a number."));
  return Done{};
}

Status check_attributes(const Draft& draft) {
  if (draft.attributes.size() > most_attributes) {
    return invalid_value(cat("Number of message attributes [", draft.attributes.size(), "] exceeds the allowed maximum [", most_attributes, "]."));
  }
  for (const auto& [name, attribute] : draft.attributes) {
    TRY(check_name(name));
    TRY(check_value(name, attribute));
  }
  for (const auto& [name, attribute] : draft.system_attributes) {
    if (name != trace_header) return invalid_value(cat("Message system attribute name '", name, "' is invalid."));
    TRY(check_value(name, attribute));
    if (attribute.data_type != "String") return invalid_value("The message system attribute 'AWSTraceHeader' must be of the type String.");
  }
  return Done{};
}

Status check_id(const std::string& id, std::string_view parameter) {
  bool sound = !id.empty() && id.size() <= longest_id && std::ranges::all_of(id, [](char letter) { return letter > ' ' && letter < 0x7f; });
  if (sound) return Done{};
  return invalid_parameter(id, parameter, cat(parameter, " can only include alphanumeric and punctuation characters. 1 to 128 in length."));
}

Status check_delay(const QueueRow& queue, const Draft& draft) {
  if (!draft.delay_seconds) return Done{};
  if (*draft.delay_seconds < 0 || *draft.delay_seconds > longest_delay) {
    return invalid_parameter(*draft.delay_seconds, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.");
  }
  if (queue.fifo && *draft.delay_seconds > 0) {
    return invalid_parameter(*draft.delay_seconds, "DelaySeconds", "The request include parameter that is not valid for this queue type.");
  }
  return Done{};
}

/// Message groups and deduplication, which a FIFO queue needs; groups alone are for any queue.
Status check_order(const QueueRow& queue, const Draft& draft) {
  if (draft.group_id) TRY(check_id(*draft.group_id, "MessageGroupId"));
  if (draft.deduplication_id) TRY(check_id(*draft.deduplication_id, "MessageDeduplicationId"));
  if (!queue.fifo) {
    if (!draft.deduplication_id) return Done{};
    return invalid_parameter(*draft.deduplication_id, "MessageDeduplicationId", "The request includes a parameter that is not valid for this queue type.");
  }
  if (!draft.group_id) return missing_parameter("MessageGroupId");
  if (draft.deduplication_id || queue.content_based_deduplication) return Done{};
  return invalid_value("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
}

template <class Attributes>
std::size_t size_of_attributes(const Attributes& attributes) {
  std::size_t size = 0;
  for (const auto& [name, attribute] : attributes) {
    size += name.size() + attribute.data_type.size();
    size += attribute.string_value ? attribute.string_value->size() : 0;
    size += attribute.binary_value ? attribute.binary_value->size() : 0;
  }
  return size;
}

/// The code point that begins at `at` of well-formed UTF-8, and moves on.
char32_t next_character(std::string_view text, std::size_t& at) {
  auto byte = [&](std::size_t index) { return static_cast<char32_t>(static_cast<unsigned char>(text[index])); };
  auto first = byte(at++);
  int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  char32_t point = more == 0 ? first : first & (0x3fU >> more);
  for (; more > 0; --more) point = (point << 6) | (byte(at++) & 0x3fU);
  return point;
}

}  // namespace

bool is_message_text(std::string_view text) {
  if (!is_utf8(text)) return false;
  for (std::size_t at = 0; at < text.size();) {
    auto point = next_character(text, at);
    bool control = point < 0x20 && point != '\t' && point != '\n' && point != '\r';
    if (control || point == 0xfffe || point == 0xffff) return false;
  }
  return true;
}

std::size_t size_of(const Draft& draft) { return draft.body.size() + size_of_attributes(draft.attributes); }

std::string sender_id_of(const Caller& who) {
  if (who.principal_arn.ends_with(":root")) return who.account_id;
  return who.principal_arn.substr(who.principal_arn.rfind(':') + 1);
}

Result<NewMessage> check_draft(const QueueRow& queue, const Caller& who, const Draft& draft) {
  if (draft.body.empty()) return missing_parameter("MessageBody");
  if (!is_message_text(draft.body)) {
    return Error{
        "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
    };
  }
  TRY(check_attributes(draft));
  if (size_of(draft) > static_cast<std::size_t>(queue.maximum_message_size)) {
    return invalid_value(cat("One or more parameters are invalid. Reason: Message must be shorter than ", queue.maximum_message_size, " bytes."));
  }
  TRY(check_delay(queue, draft));
  TRY(check_order(queue, draft));
  NewMessage message{.body = draft.body, .attributes = draft.attributes, .sender_id = sender_id_of(who)};
  if (auto trace = draft.system_attributes.find(std::string(trace_header)); trace != draft.system_attributes.end()) {
    message.trace_header = trace->second.string_value;
  }
  message.group_id = draft.group_id;
  message.deduplication_id = draft.deduplication_id;
  if (!queue.fifo) message.delay_seconds = draft.delay_seconds;
  return message;
}

}  // namespace roadstead::sqs
