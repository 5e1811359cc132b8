// Names and ARNs of schedules and groups, their look-up, and tags. State thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/scheduler/shapes/tag.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::scheduler {

inline constexpr std::string_view default_group = "default";

inline Error validation_error(std::string message) { return {"ValidationException", std::move(message)}; }

std::string group_arn(const Caller& who, std::string_view group);
std::string schedule_arn(const Caller& who, std::string_view group, std::string_view schedule);

/// The group that a request means. Errors: ResourceNotFoundException "Schedule group x does not exist.".
Result<std::string> find_group(const Reader& rows, const std::optional<std::string>& group);

/// Errors: ResourceNotFoundException "Schedule x does not exist.".
Result<std::shared_ptr<const ScheduleRow>> find_schedule(const Reader& rows, const std::optional<std::string>& group, const std::string& name);

/// Adds tags to a group, in place of those with the same keys. Errors: ValidationException, beyond 50.
Status add_tags(Tx& tx, const std::string& arn, const std::vector<Tag>& tags);

/// "Invalid NextToken."
Error invalid_token();

}  // namespace roadstead::scheduler
