#include "services/scheduler/schedule_rules.h"

#include <boost/json.hpp>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/events/queue_call.h"
#include "decide/events/run_task_call.h"
#include "decide/schedules/schedule.h"
#include "services/scheduler/names.h"

namespace roadstead::scheduler {

namespace {

constexpr int most_tasks = 10;

Status check_input(const std::optional<std::string>& input) {
  boost::json::error_code problem;
  if (input) static_cast<void>(boost::json::parse(*input, problem));
  if (problem) return validation_error("Invalid Input: it is not JSON.");
  return Done{};
}

/// A FIFO queue needs a message group, and nothing else takes one.
Status check_group(const Target& target, bool queue) {
  bool grouped = target.sqs_parameters && target.sqs_parameters->message_group_id;
  if (target.sqs_parameters && !queue) return validation_error("SqsParameters are for queues of SQS.");
  if (queue && names_fifo_queue(target.arn) && !grouped) return validation_error("SqsParameters.MessageGroupId is required for a FIFO queue.");
  return Done{};
}

Status check_target(const Target& target) {
  TRY(check_input(target.input));
  if (target.arn == run_task_target) {
    if (!target.input) return validation_error("The target ecs:runTask needs an Input: the request of RunTask as JSON.");
    return Done{};
  }
  auto arn = parse_arn(target.arn);
  if (!arn) return validation_error(cat("Provided Arn is not in correct format: ", target.arn));
  bool cluster = arn->service == "ecs" && arn->resource_type() == "cluster";
  bool log_group = arn->service == "logs" && arn->resource_type() == "log-group";
  bool queue = arn->service == "sqs";
  if (!cluster && !log_group && !queue) {
    return validation_error(cat("Roadstead has no targets such as ", target.arn, ". It has ECS clusters (with EcsParameters), ", run_task_target,
                                ", log groups of CloudWatch Logs and queues of SQS."));
  }
  TRY(check_group(target, queue));
  if (cluster != target.ecs_parameters.has_value()) {
    return validation_error("EcsParameters are for ECS clusters, which cannot do without them.");
  }
  if (cluster && (target.ecs_parameters->task_count.value_or(1) < 1 || target.ecs_parameters->task_count.value_or(1) > most_tasks)) {
    return validation_error("TaskCount must be between 1 and 10.");
  }
  return Done{};
}

}  // namespace

Result<std::shared_ptr<const TimeZone>> check_schedule(const ScheduleRow& row, const ZoneSource& zones) {
  auto schedule = parse_schedule(row.schedule_expression);
  if (!schedule) return validation_error(cat("Invalid Schedule Expression ", row.schedule_expression, ". ", schedule.error().message));
  auto zone = zones.find(row.timezone.value_or("UTC"));
  if (zone == nullptr) {
    return validation_error(cat("Invalid ScheduleExpressionTimezone ", *row.timezone,
                                ". Use a name of the IANA database, such as Europe/Berlin; the server's machine needs tzdata for it."));
  }
  const auto* at = std::get_if<AtSchedule>(&*schedule);
  if (at != nullptr && !zone->to_utc(at->wall_seconds)) {
    return validation_error(cat("Invalid Schedule Expression ", row.schedule_expression, ". The clocks of the time zone jump over this time."));
  }
  if (row.start_at && row.end_at && *row.end_at <= *row.start_at) return validation_error("The EndDate you specify must come after the StartDate.");
  TRY(check_target(row.target));
  return zone;
}

}  // namespace roadstead::scheduler
