// One transaction, waited for: benchmarks have nothing else to do meanwhile.
#pragma once

#include <future>
#include <memory>

#include "base/result/result.h"
#include "store/transactor.h"

namespace roadstead {

/// Runs `work` and returns once it is durable. A benchmark's work does not fail.
inline void transact(Transactor& transactor, Work work) {
  auto promise = std::make_shared<std::promise<Status>>();
  auto outcome = promise->get_future();
  transactor.submit(std::move(work), [promise](Status status) { promise->set_value(std::move(status)); });
  auto status = outcome.get();
  CHECK(status, "the state of a benchmark can be written");
}

}  // namespace roadstead
