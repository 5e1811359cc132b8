// What tasks of this machine may ask of the control plane (agent/endpoint/task_services.h), answered from the rows of the
// same process. Each call is one transaction and waits for it, at most four seconds. Threads of the endpoints only.
#pragma once

#include <string>

#include "agent/endpoint/task_services.h"
#include "aws/model/caller.h"
#include "store/transactor.h"

namespace roadstead {

class RowTaskServices final : public TaskServices {
 public:
  /// `transactor` must outlive it.
  RowTaskServices(Transactor& transactor, std::string account_id, std::string region);

  Result<RoleCredentials> issue_credentials(const std::string& task_arn, const std::string& role_arn) override;
  Result<ProtectionAnswer> protection(const std::string& task_arn) override;
  Result<ProtectionAnswer> protect(const std::string& task_arn, const ProtectionChange& change) override;
  Result<TaskSurroundings> surroundings(const std::string& task_arn) override;

 private:
  Transactor& transactor_;
  /// As whom the task's wishes are carried out.
  Caller caller_;
};

}  // namespace roadstead
