// Which secrets the filters of a listing let through: each filter must fit, by one of its values; a value that begins with
// "!" fits what does not begin so. Pure; state thread. Source: AWS's reference of ListSecrets.
#pragma once

#include <string>
#include <vector>

#include "api/secretsmanager/shapes/filter.gen.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::secretsmanager {

bool passes(const Reader& rows, const SecretRow& secret, const std::vector<Filter>& filters);

/// A text that is the same for the same filters, for page tokens.
std::string text_of(const std::vector<Filter>& filters);

/// InvalidNextTokenException.
Error invalid_token();

}  // namespace roadstead::secretsmanager
