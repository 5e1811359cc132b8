// A Transactor without threads: work is run, logged and answered inside `submit`. For tests and the simulation.
// Work handed in from inside a completion or a feed listener waits for its turn. One thread.
#pragma once

#include <deque>

#include "base/id/id.h"
#include "base/time/time.h"
#include "store/log/log.h"
#include "store/transactor.h"

namespace roadstead {

class InlineTransactor final : public Transactor {
 public:
  struct Deps {
    Database& database;
    Log& log;
    Feed& feed;
    const Clock& clock;
    Ids& ids;
  };

  explicit InlineTransactor(Deps deps) : deps_(deps) {}

  void submit(Work work, Completion done) override;
  Feed& feed() override { return deps_.feed; }

 private:
  struct Job {
    Work work;
    Completion done;
  };

  Status run(Work& work);

  Deps deps_;
  std::deque<Job> waiting_;
  bool running_ = false;
};

}  // namespace roadstead
