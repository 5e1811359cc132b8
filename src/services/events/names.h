// Names and ARNs of buses and rules, their look-up, and their tags. State thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/events/shapes/tag.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::events {

inline Error validation_error(std::string message) { return {"ValidationException", std::move(message)}; }

std::string bus_arn(const Caller& who, std::string_view bus);
std::string rule_arn(const Caller& who, std::string_view bus, std::string_view rule);

/// The name of the bus that a request names. Errors: ResourceNotFoundException "Event bus x does not exist.".
Result<std::string> find_bus(const Reader& rows, const std::optional<std::string>& name_or_arn);

/// Errors: ResourceNotFoundException "Rule x does not exist on EventBus y.".
Result<std::shared_ptr<const EventRuleRow>> find_rule(const Reader& rows, std::string_view bus, std::string_view rule);

/// The number of items on a page; 100 unless told.
std::size_t page_size_of(const std::optional<std::int32_t>& limit);

/// Adds tags to a bus or rule, in place of those with the same keys. Errors: LimitExceededException, beyond 50.
Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& tags);

/// "Token is invalid."
Error invalid_token();

}  // namespace roadstead::events
