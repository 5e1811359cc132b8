// Refusals of requests that break their own model, worded as the service words them, and where in the request it was.
//
// Every codec and the check of bounds speak through these, so that one service says one thing over every protocol.
// Any thread. Source: reference/ecs-core.md §1.1.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "aws/model/service_model.h"
#include "aws/model/type.h"
#include "base/result/result.h"

namespace roadstead {

/// The way from a request to one of its members: a chain of frames on the stack, turned into text only for a refusal.
struct Path {
  const Path* parent = nullptr;
  const Member* member = nullptr;  // null for an item of a list or map
  std::size_t index = 0;           // of an item of a list, from 0
  std::string_view key = {};       // of an item of a map
};

/// "overrides.containerOverrides.1.member.name", as AWS writes it.
std::string to_string(const Path& path);

/// "launchType" as words: "launch type".
std::string words_of(std::string_view name);

/// The body is not the protocol's syntax, or a value has the wrong type; `what` is the whole message.
Error malformed(const Refusals& refusals, std::string what);

/// A required member is absent.
Error missing(const Refusals& refusals, const Path& path);

/// A value is not one of an enumeration's. `given` is what was sent.
Error not_one_of(const Refusals& refusals, const Path& path, const Type& type, std::string_view given);

/// A value is outside `constraint`, such as "Member must have length less than or equal to 128".
Error out_of_bounds(const Refusals& refusals, const Path& path, std::string_view given, std::string_view constraint);

}  // namespace roadstead
