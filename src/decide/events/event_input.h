// What a target is given of an event: the event itself, a part of it (InputPath), a constant (Input), or a text with
// pieces of it (InputTransformer). Pure; any thread. Source: reference/neighbour-apis.md §7.11.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "api/events/shapes/input_transformer.gen.h"
#include "api/events/shapes/target.gen.h"
#include "base/result/result.h"

namespace roadstead {

/// What stands in an InputTemplate for <aws.events.rule-arn> and its like.
struct InputContext {
  std::string rule_arn;
  std::string rule_name;
  std::string ingestion_time;
};

/// The text that `target` is given for `event`.
std::string input_of(const events::Target& target, const boost::json::value& event, const InputContext& context);

/// Whether Input, InputPath and InputTransformer can be used. Errors: ValidationException.
Status check_input(const events::Target& target);

}  // namespace roadstead
