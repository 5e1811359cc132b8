// Parameters as clients see them. State thread.
#pragma once

#include "api/ssm/shapes/parameter.gen.h"
#include "base/data/seal.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ssm {

/// The value of a version: plain, or for a SecureString without `decrypt` its sealed text, as AWS gives ciphertext.
/// Errors: InvalidKeyId, when it was sealed with another key.
Result<std::string> value_of(const SealingKey& key, const ParameterVersionRow& version, bool decrypt);

/// `selector` is ":3", ":label" or empty. Errors: InvalidKeyId.
Result<Parameter> render_parameter(
    const SealingKey& key, const Reader& rows, const ParameterVersionRow& version, const std::string& selector, bool decrypt
);

}  // namespace roadstead::ssm
