#include "services/sqs/queue_attributes.h"

#include <boost/json.hpp>
#include <optional>
#include <string_view>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/queues/messages.h"
#include "services/sqs/names.h"

namespace roadstead::sqs {

namespace {

namespace json = boost::json;

constexpr std::int64_t most_receives = 1000;
constexpr std::size_t most_source_queues = 10;

/// Attributes that are numbers.
struct NumberAttribute {
  std::string_view name;
  std::int32_t QueueRow::* member;
  std::int32_t least;
  std::int32_t most;
};

constexpr NumberAttribute numbers[] = {
    {"DelaySeconds", &QueueRow::delay_seconds, 0, 900},
    {"MaximumMessageSize", &QueueRow::maximum_message_size, 1024, 1'048'576},
    {"MessageRetentionPeriod", &QueueRow::message_retention_seconds, 60, 1'209'600},
    {"ReceiveMessageWaitTimeSeconds", &QueueRow::receive_wait_seconds, 0, 20},
    {"VisibilityTimeout", &QueueRow::visibility_timeout_seconds, 0, 43'200},
    {"KmsDataKeyReusePeriodSeconds", &QueueRow::kms_data_key_reuse_period_seconds, 60, 86'400},
};

Error invalid_attribute(std::string_view name) { return {"InvalidAttributeValue", cat("Invalid value for the parameter ", name, '.')}; }

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Result<bool> boolean_of(std::string_view name, std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return invalid_attribute(name);
}

/// A JSON object of the request's, or nothing for another text.
std::optional<json::object> object_of(const std::string& text) {
  json::error_code problem;
  auto document = json::parse(text, problem);
  if (problem || !document.is_object()) return std::nullopt;
  return document.get_object();
}

std::optional<std::int64_t> integer_of(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_string()) return std::nullopt;
  return to_number<std::int64_t>(std::string_view(value.get_string().data(), value.get_string().size()));
}

std::string text_of(const json::object& object, const char* name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// Whether the dead-letter queue lets messages of `source` in.
bool lets_in(const QueueRow& target, const std::string& source_arn) {
  if (!target.redrive_allow_policy) return true;
  auto policy = object_of(*target.redrive_allow_policy);
  if (!policy) return true;
  auto permission = text_of(*policy, "redrivePermission");
  if (permission != "byQueue") return permission != "denyAll";
  const auto* sources = policy->if_contains("sourceQueueArns");
  if (sources == nullptr || !sources->is_array()) return false;
  for (const auto& each : sources->get_array()) {
    if (each == json::value(source_arn)) return true;
  }
  return false;
}

Status apply_redrive_policy(const Reader& rows, const std::string& text, QueueRow& row) {
  row.dead_letter_target_arn.reset();
  row.max_receive_count = 0;
  if (text.empty()) return Done{};
  auto refuse = [&](std::string_view reason) { return invalid_parameter(text, "RedrivePolicy", reason); };
  auto policy = object_of(text);
  if (!policy) return refuse("Redrive policy is not a valid JSON map.");
  if (!policy->contains("maxReceiveCount")) return refuse("Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  if (!policy->contains("deadLetterTargetArn")) return refuse("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.");
  const auto& count = policy->at("maxReceiveCount");
  auto receives = integer_of(count);
  if (!receives || *receives < 1 || *receives > most_receives) {
    return refuse(cat("Invalid value for maxReceiveCount: ", json::serialize(count), ", valid values are from 1 to 1000 both inclusive."));
  }
  auto arn = text_of(*policy, "deadLetterTargetArn");
  auto target = find_queue_by_arn(rows, arn);
  if (target == nullptr) return refuse("Dead letter target does not exist.");
  if (target->fifo != row.fifo) return refuse(row.fifo ? "Dead-letter target owned by a FIFO queue must be a FIFO queue." : "Dead-letter target of a standard queue must be a standard queue.");
  if (target->queue_name == row.queue_name) return refuse("A queue cannot be its own dead-letter queue.");
  if (!lets_in(*target, row.queue_arn)) return refuse("The dead-letter queue's RedriveAllowPolicy does not permit this queue.");
  row.dead_letter_target_arn = arn;
  row.max_receive_count = static_cast<std::int32_t>(*receives);
  return Done{};
}

Status apply_redrive_allow_policy(const std::string& text, QueueRow& row) {
  row.redrive_allow_policy.reset();
  if (text.empty()) return Done{};
  auto refuse = [&](std::string_view reason) { return invalid_parameter(text, "RedriveAllowPolicy", reason); };
  auto policy = object_of(text);
  if (!policy) return refuse("Amazon SQS can't create the redrive allow policy. It is not a valid JSON map.");
  auto permission = text_of(*policy, "redrivePermission");
  if (permission != "allowAll" && permission != "denyAll" && permission != "byQueue") {
    return refuse("redrivePermission must be allowAll, denyAll or byQueue.");
  }
  const auto* sources = policy->if_contains("sourceQueueArns");
  if ((permission == "byQueue") != (sources != nullptr)) return refuse("sourceQueueArns must be given with byQueue, and only with it.");
  if (sources != nullptr && (!sources->is_array() || sources->get_array().empty() || sources->get_array().size() > most_source_queues)) {
    return refuse("sourceQueueArns must be a list of 1 to 10 ARNs.");
  }
  row.redrive_allow_policy = json::serialize(*policy);
  return Done{};
}

Status apply_policy(const std::string& text, QueueRow& row) {
  if (!text.empty() && !object_of(text)) return invalid_attribute("Policy");
  row.policy = unless_empty(text);
  return Done{};
}

Status apply_fifo_attribute(const std::string& name, const std::string& text, bool created, QueueRow& row) {
  if (name == "FifoQueue") {
    bool wanted = TRY(boolean_of(name, text));
    if (!wanted || (!created && !row.fifo)) return unknown_attribute(name);
    row.fifo = true;
    return Done{};
  }
  if (!row.fifo) return unknown_attribute(name);
  if (name == "ContentBasedDeduplication") {
    row.content_based_deduplication = TRY(boolean_of(name, text));
  } else if (name == "DeduplicationScope") {
    if (text != "queue" && text != "messageGroup") return invalid_attribute(name);
    row.deduplication_scope = text;
  } else {
    if (text != "perQueue" && text != "perMessageGroupId") return invalid_attribute(name);
    row.fifo_throughput_limit = text;
  }
  return Done{};
}

Status apply_attribute(const Reader& rows, const std::string& name, const std::string& text, bool created, QueueRow& row) {
  for (const auto& number : numbers) {
    if (number.name != name) continue;
    auto value = to_number<std::int32_t>(text);
    if (!value || *value < number.least || *value > number.most) return invalid_attribute(name);
    row.*number.member = *value;
    return Done{};
  }
  if (name == "Policy") return apply_policy(text, row);
  if (name == "RedrivePolicy") return apply_redrive_policy(rows, text, row);
  if (name == "RedriveAllowPolicy") return apply_redrive_allow_policy(text, row);
  if (name == "FifoQueue" || name == "ContentBasedDeduplication" || name == "DeduplicationScope" || name == "FifoThroughputLimit") {
    return apply_fifo_attribute(name, text, created, row);
  }
  if (name == "KmsMasterKeyId") {
    row.kms_master_key_id = unless_empty(text);
    if (row.kms_master_key_id) row.sqs_managed_sse = false;
    return Done{};
  }
  if (name == "SqsManagedSseEnabled") {
    row.sqs_managed_sse = TRY(boolean_of(name, text));
    return Done{};
  }
  return unknown_attribute(name);
}

std::string text_of(bool value) { return value ? "true" : "false"; }

std::string seconds_of(const std::optional<Instant>& at) { return cat(at.value_or(Instant{}).millis() / 1000); }

std::string render_redrive_policy(const QueueRow& row) {
  json::object policy;
  policy["deadLetterTargetArn"] = *row.dead_letter_target_arn;
  policy["maxReceiveCount"] = row.max_receive_count;
  return json::serialize(policy);
}

}  // namespace

Error unknown_attribute(std::string_view name) { return {"InvalidAttributeName", cat("Unknown Attribute ", name, '.')}; }

Status apply_attributes(const Reader& rows, const Attributes& attributes, bool created, QueueRow& row) {
  // The kind of queue decides what else there is.
  if (auto fifo = attributes.find("FifoQueue"); fifo != attributes.end()) TRY(apply_attribute(rows, fifo->first, fifo->second, created, row));
  for (const auto& [name, text] : attributes) TRY(apply_attribute(rows, name, text, created, row));
  if (row.kms_master_key_id && row.sqs_managed_sse) {
    return Error{"InvalidAttributeValue", "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."};
  }
  if (row.fifo_throughput_limit == "perMessageGroupId" && row.deduplication_scope != "messageGroup") {
    return Error{"InvalidAttributeValue", "The FifoThroughputLimit perMessageGroupId can be set only when DeduplicationScope is messageGroup."};
  }
  return Done{};
}

Attributes render_attributes(const QueueRow& row) {
  Attributes out{
      {"QueueArn", row.queue_arn},
      {"CreatedTimestamp", seconds_of(row.created_at)},
      {"LastModifiedTimestamp", seconds_of(row.last_modified_at)},
      {"SqsManagedSseEnabled", text_of(row.sqs_managed_sse)},
  };
  for (const auto& number : numbers) out[std::string(number.name)] = cat(row.*number.member);
  if (!row.kms_master_key_id) out.erase("KmsDataKeyReusePeriodSeconds");
  auto add = [&](const char* name, const std::optional<std::string>& text) {
    if (text) out[name] = *text;
  };
  add("KmsMasterKeyId", row.kms_master_key_id);
  add("Policy", row.policy);
  add("RedriveAllowPolicy", row.redrive_allow_policy);
  if (row.dead_letter_target_arn) out["RedrivePolicy"] = render_redrive_policy(row);
  if (!row.fifo) return out;
  out["FifoQueue"] = "true";
  out["ContentBasedDeduplication"] = text_of(row.content_based_deduplication);
  out["DeduplicationScope"] = row.deduplication_scope.value_or("queue");
  out["FifoThroughputLimit"] = row.fifo_throughput_limit.value_or("perQueue");
  return out;
}

}  // namespace roadstead::sqs
