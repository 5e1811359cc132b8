// An access key as the verifier needs it: a secret and whom it stands for. Immutable once published; any thread.
#pragma once

#include <optional>
#include <string>

#include "base/time/time.h"

namespace roadstead {

/// Long-term keys ("AKIA…") have no session token; temporary ones ("ASIA…") have one and expire.
struct AccessKey {
  std::string id;
  std::string secret;
  /// The token that must come with the key; empty for a long-term key.
  std::string session_token = {};
  std::optional<Instant> expires = std::nullopt;
  /// 12 digits.
  std::string account;
  /// "arn:aws:iam::<account>:root", ":user/<name>" or "arn:aws:sts::<account>:assumed-role/<role>/<session>".
  std::string principal;
};

}  // namespace roadstead
