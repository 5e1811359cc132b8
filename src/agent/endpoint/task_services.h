// The port to what a task may ask of the control plane from within: keys of its role, its protection, its tags.
//
// The in-task endpoints are the only caller, on their own threads; calls block, at most a few seconds. The task is always
// the one that the asking connection belongs to: no implementation takes a name from a request. The real one is in
// apps/roadstead, FakeTaskServices below is for tests. What it does not do: find out who asks.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/result/result.h"
#include "base/time/time.h"

namespace roadstead {

/// Temporary keys of a role, as clients get them.
struct RoleCredentials {
  std::string role_arn;
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
  Instant expires_at;

  bool operator==(const RoleCredentials&) const = default;
};

/// How a task is protected, or why AWS would list it under `failures`.
struct ProtectionAnswer {
  bool enabled = false;
  std::optional<Instant> expires_at = {};
  /// Set for an entry of failures[]: its reason, and `detail` if it has one.
  std::string failure_reason = {};
  std::string failure_detail = {};

  bool operator==(const ProtectionAnswer&) const = default;
};

/// What a change of protection asks for.
struct ProtectionChange {
  bool enabled = false;
  std::optional<int> minutes = {};
};

/// Where a task lives, for its metadata.
struct TaskSurroundings {
  std::string subnet_cidr = {};
  std::string vpc_id = {};
  std::string availability_zone = {};
  std::map<std::string, std::string> tags = {};

  bool operator==(const TaskSurroundings&) const = default;
};

class TaskServices {
 public:
  virtual ~TaskServices() = default;

  /// Makes new keys of a role for a task. Errors: those of the control plane; the caller keeps and renews what it got.
  virtual Result<RoleCredentials> issue_credentials(const std::string& task_arn, const std::string& role_arn) = 0;

  /// Tells and changes the protection of a task. Errors: AWS's, for the task to see; RequestCanceled when the control
  /// plane took longer than four seconds.
  virtual Result<ProtectionAnswer> protection(const std::string& task_arn) = 0;
  virtual Result<ProtectionAnswer> protect(const std::string& task_arn, const ProtectionChange& change) = 0;

  /// Errors: RequestCanceled; ResourceNotFoundException for a task that is gone.
  virtual Result<TaskSurroundings> surroundings(const std::string& task_arn) = 0;
};

/// Gives numbered keys that live for an hour of its clock, remembers protection. Any thread.
class FakeTaskServices final : public TaskServices {
 public:
  explicit FakeTaskServices(const Clock& clock) : clock_(clock) {}

  Result<RoleCredentials> issue_credentials(const std::string& task_arn, const std::string& role_arn) override {
    std::lock_guard lock(mutex_);
    if (failure) return *failure;
    auto number = std::to_string(++issued);
    return RoleCredentials{role_arn, "ASIA" + number, "secret of " + task_arn, "token " + number,
                           clock_.now() + std::chrono::hours(6)};
  }

  Result<ProtectionAnswer> protection(const std::string& task_arn) override {
    std::lock_guard lock(mutex_);
    if (failure) return *failure;
    return protected_[task_arn];
  }

  Result<ProtectionAnswer> protect(const std::string& task_arn, const ProtectionChange& change) override {
    std::lock_guard lock(mutex_);
    if (failure) return *failure;
    auto& answer = protected_[task_arn];
    answer.enabled = change.enabled;
    answer.expires_at.reset();
    if (change.enabled) answer.expires_at = clock_.now() + std::chrono::minutes(change.minutes.value_or(120));
    return answer;
  }

  Result<TaskSurroundings> surroundings(const std::string&) override {
    std::lock_guard lock(mutex_);
    if (failure) return *failure;
    return where;
  }

  // To be set before the first request.
  TaskSurroundings where = {};
  std::optional<Error> failure = {};
  int issued = 0;

 private:
  const Clock& clock_;
  std::mutex mutex_;  // guards the calls
  std::map<std::string, ProtectionAnswer> protected_;
};

}  // namespace roadstead
