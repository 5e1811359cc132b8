// Rules for capacity providers by name: which there are, and which strategies of them make sense.
// Source: reference/ecs-core.md §1.9, §5.2.
#pragma once

#include <string>
#include <vector>

#include "aws/model/caller.h"
#include "base/result/result.h"
#include "decide/placement/capacity_strategy.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// Checks a cluster's list of providers: at most 20, each once, all of them there. Errors: InvalidParameterException.
Status check_providers(const Reader& rows, const Caller& who, const std::vector<std::string>& providers);

/// Checks a strategy against the providers that it may name. Errors: InvalidParameterException for unknown or unassociated
/// providers, two bases, no weight, Fargate beside others, a provider twice.
Status check_strategy(const Reader& rows, const Caller& who, const CapacityStrategy& strategy,
                      const std::vector<std::string>& associated);

/// The ARN of a provider named by short name or ARN.
std::string capacity_provider_arn_of(const Caller& who, const std::string& provider);

/// Whether such a provider is there: one of Fargate's, or an ACTIVE one of the user's.
bool has_provider(const Reader& rows, const Caller& who, const std::string& provider);

}  // namespace roadstead::ecs
