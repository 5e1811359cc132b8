#include "store/inline_transactor.h"

#include <utility>

#include "store/logged.h"
#include "store/not_durable.h"

namespace roadstead {

void InlineTransactor::submit(Work work, Completion done) {
  waiting_.push_back({std::move(work), std::move(done)});
  if (running_) return;
  running_ = true;
  while (!waiting_.empty()) {
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    auto status = run(job.work);
    if (job.done) job.done(std::move(status));
  }
  running_ = false;
}

Status InlineTransactor::run(Work& work) {
  auto outcome = deps_.database.run(work, deps_.clock.now(), deps_.ids);
  if (outcome.batch == nullptr) return std::move(outcome.status);
  LoggedBatch logged = to_log(*outcome.batch, deps_.database.tables());
  auto written = deps_.log.append({&logged, 1});
  if (!written) {
    deps_.database.undo(*outcome.batch);
    return not_durable(written.error());
  }
  deps_.feed.publish(std::move(outcome.batch));
  return Done{};
}

}  // namespace roadstead
