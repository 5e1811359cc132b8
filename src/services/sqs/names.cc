#include "services/sqs/names.h"

#include <algorithm>

#include "base/data/encode.h"
#include "base/id/arn.h"

namespace roadstead::sqs {

namespace {

constexpr std::size_t longest_name = 80;
constexpr std::string_view fifo_suffix = ".fifo";

bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char letter) {
    bool word = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9');
    return word || letter == '-' || letter == '_';
  });
}

}  // namespace

std::string queue_url(const Caller& who, std::string_view queue_name) {
  return cat(who.endpoint, '/', who.account_id, '/', queue_name);
}

std::string queue_arn(const Caller& who, std::string_view queue_name) {
  return to_string(Arn{who.partition, "sqs", who.region, who.account_id, std::string(queue_name)});
}

Result<QueuePointer> find_queue(const Reader& rows, const Caller& who, std::string_view url) {
  auto slashes = url.find("://");
  auto path = slashes == std::string_view::npos ? std::string_view() : url.substr(slashes + 3);
  auto pieces = split(path, '/');
  if (pieces.size() != 3) return Error{"InvalidAddress", cat("The address ", url, " is not valid for this endpoint.")};
  auto queue = rows.find<QueueRow>(percent_decode(pieces[2]).value_or(""));
  if (queue == nullptr || pieces[1] != who.account_id) return no_such_queue();
  return queue;
}

Error no_such_queue() { return {"QueueDoesNotExist", "The specified queue does not exist."}; }

Status check_queue_name(const std::string& name, bool fifo) {
  std::string_view stem = name;
  if (fifo && stem.ends_with(fifo_suffix)) stem.remove_suffix(fifo_suffix.size());
  bool sound = name.size() <= longest_name && is_plain(stem);
  if (fifo && (!sound || stem.size() == name.size())) {
    return invalid_value(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
    );
  }
  if (!sound) return invalid_value("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  return Done{};
}

}  // namespace roadstead::sqs
