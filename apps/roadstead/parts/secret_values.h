// How the server comes to the values of secrets and parameters: the key that seals them in the rows, and the answers that
// the node asks for when it starts containers.
#pragma once

#include <string>

#include "agent/node/actors.h"
#include "base/data/seal.h"
#include "base/result/result.h"
#include "store/transactor.h"
#include "store/tx/tx.h"

namespace roadstead {

/// "<state>/keys/values.key" (docs/formats/secrets.md).
std::string sealing_key_file(const std::string& state_directory);

/// Reads the installation's key, or makes it at the first start. Errors: StateUnreadable, also when the file is missing
/// while `rows` hold values that only it opens; those of io/file.h.
Result<SealingKey> open_sealing_key(const std::string& state_directory, const Reader& rows);

/// Answers with values from the rows, a transaction for each. Both must outlive it. Not for the state thread.
SecretSource secret_source(Transactor& transactor, const SealingKey& key);

}  // namespace roadstead
