// Names, ARNs and page tokens of groups and streams. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result/result.h"

namespace roadstead::logs {

inline Error invalid_parameter(std::string message) { return {"InvalidParameterException", std::move(message)}; }

/// The ARN of a group without the ":*" that `arn` in answers ends with.
std::string plain_arn(std::string_view group_arn);

/// The group that a request is about: its name, or an identifier, which is a name or an ARN.
/// Errors: InvalidParameterException, when none or both are given or the ARN is not of a group.
Result<std::string> group_of(const std::optional<std::string>& name, const std::optional<std::string>& identifier);

/// The name in the ARN of a group. Errors: InvalidParameterException.
Result<std::string> group_of_arn(std::string_view arn);

/// A token that says `text`, bound to `scope`: any text that stands for the request's other members.
std::string make_token(std::string_view scope, std::string_view text);

/// The text of a token; empty when there is none. Errors: InvalidParameterException.
Result<std::string> read_token(std::string_view scope, const std::optional<std::string>& token);

/// "The specified nextToken is invalid."
Error invalid_token();

/// `number` in decimal with zeros in front.
std::string padded(std::uint64_t number, std::size_t digits);

}  // namespace roadstead::logs
