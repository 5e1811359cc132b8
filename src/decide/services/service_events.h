// Service events: what the scheduler tells the user, in AWS's words. Source: reference/ecs-core.md §4.5 (exact).
#pragma once

#include <string>
#include <vector>

#include "store/tx/tx.h"

namespace roadstead {

/// DescribeServices shows this many; older ones are forgotten.
constexpr int events_kept = 100;

/// Adds an event to a service; "(service NAME) " is put before `text`. The same text as the newest one is not repeated.
void say(Tx& tx, const std::string& service_arn, const std::string& text);

/// The same, unless one of the newest events begins with `text` already; `rest` is what follows it.
void say_once(Tx& tx, const std::string& service_arn, const std::string& text, const std::string& rest);

/// "(task ID) (task ID)", for the end of an event.
std::string task_list_text(const std::vector<std::string>& task_ids);

}  // namespace roadstead
