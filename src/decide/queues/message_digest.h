// MD5 of message bodies and attributes, as SDKs of SQS compute them again and compare. Pure; any thread.
//
//   for each attribute, by name:  length name  length type  form value-length value
//   lengths are four bytes, the highest first; form is one byte, 1 for a text and 2 for bytes
//
// Source: Amazon SQS Developer Guide, "Calculating the MD5 message digest for message attributes".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/sqs/shapes/message_attribute_value.gen.h"
#include "api/sqs/shapes/message_system_attribute_value.gen.h"

namespace roadstead {

using MessageAttributes = std::map<std::string, sqs::MessageAttributeValue>;
using MessageSystemAttributes = std::map<std::string, sqs::MessageSystemAttributeValue>;

/// 32 hexadecimal digits.
std::string digest_of_body(std::string_view body);

/// 32 hexadecimal digits; nothing when there are no attributes.
std::optional<std::string> digest_of_attributes(const MessageAttributes& attributes);
std::optional<std::string> digest_of_attributes(const MessageSystemAttributes& attributes);

}  // namespace roadstead
