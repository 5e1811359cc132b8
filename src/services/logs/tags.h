// Tags of log groups, by ARN and, as older clients do, by name. State thread, in a transaction.
// Source: reference/neighbour-apis.md §7.6.
#pragma once

#include <map>

#include "api/logs/list_tags_for_resource.gen.h"
#include "api/logs/list_tags_log_group.gen.h"
#include "api/logs/tag_log_group.gen.h"
#include "api/logs/tag_resource.gen.h"
#include "api/logs/untag_log_group.gen.h"
#include "api/logs/untag_resource.gen.h"

namespace roadstead::logs {

/// Adds tags to a resource, in place of those with the same keys. Errors: TooManyTagsException, beyond 50.
Status add_tags(Tx& tx, const std::string& arn, const std::map<std::string, std::string>& tags);

/// Each of these: errors ResourceNotFoundException (no such group); InvalidParameterException (not the ARN of a group).
Result<Done> tag_resource(Tx& tx, const Caller& who, const TagResourceRequest& in);
Result<Done> untag_resource(Tx& tx, const Caller& who, const UntagResourceRequest& in);
Result<ListTagsForResourceResponse> list_tags_for_resource(Tx& tx, const Caller& who, const ListTagsForResourceRequest& in);
Result<Done> tag_log_group(Tx& tx, const Caller& who, const TagLogGroupRequest& in);
Result<Done> untag_log_group(Tx& tx, const Caller& who, const UntagLogGroupRequest& in);
Result<ListTagsLogGroupResponse> list_tags_log_group(Tx& tx, const Caller& who, const ListTagsLogGroupRequest& in);

}  // namespace roadstead::logs
