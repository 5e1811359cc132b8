// The operations of EventBridge. State thread, in a transaction. A bus is named by its name or ARN; absent means "default".
// Each may answer ResourceNotFoundException for a bus or a rule that is not there, and ValidationException for what cannot
// be. Source: reference/neighbour-apis.md §7.11.
#pragma once

#include "api/events/create_event_bus.gen.h"
#include "api/events/delete_event_bus.gen.h"
#include "api/events/delete_rule.gen.h"
#include "api/events/describe_event_bus.gen.h"
#include "api/events/describe_rule.gen.h"
#include "api/events/disable_rule.gen.h"
#include "api/events/enable_rule.gen.h"
#include "api/events/list_event_buses.gen.h"
#include "api/events/list_rule_names_by_target.gen.h"
#include "api/events/list_rules.gen.h"
#include "api/events/list_tags_for_resource.gen.h"
#include "api/events/list_targets_by_rule.gen.h"
#include "api/events/put_events.gen.h"
#include "api/events/put_rule.gen.h"
#include "api/events/put_targets.gen.h"
#include "api/events/remove_targets.gen.h"
#include "api/events/tag_resource.gen.h"
#include "api/events/test_event_pattern.gen.h"
#include "api/events/untag_resource.gen.h"
#include "api/events/update_event_bus.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"

namespace roadstead::events {

/// Errors: ResourceAlreadyExistsException.
Result<CreateEventBusResponse> create_event_bus(Tx& tx, const Caller& who, const CreateEventBusRequest& in);
/// Answers the same when there is no such bus. Errors: ValidationException for the default bus and for one with rules.
Result<Done> delete_event_bus(Tx& tx, const Caller& who, const DeleteEventBusRequest& in);
Result<DescribeEventBusResponse> describe_event_bus(Tx& tx, const Caller& who, const DescribeEventBusRequest& in);
Result<ListEventBusesResponse> list_event_buses(Tx& tx, const Caller& who, const ListEventBusesRequest& in);
Result<UpdateEventBusResponse> update_event_bus(Tx& tx, const Caller& who, const UpdateEventBusRequest& in);

/// Makes a rule, or replaces all of one but its tags and targets. Errors: InvalidEventPatternException.
Result<PutRuleResponse> put_rule(Tx& tx, const Caller& who, const PutRuleRequest& in);
Result<DescribeRuleResponse> describe_rule(Tx& tx, const Caller& who, const DescribeRuleRequest& in);
/// Answers the same when there is no such rule. Errors: ValidationException, while it has targets.
Result<Done> delete_rule(Tx& tx, const Caller& who, const DeleteRuleRequest& in);
Result<Done> enable_rule(Tx& tx, const Caller& who, const EnableRuleRequest& in);
Result<Done> disable_rule(Tx& tx, const Caller& who, const DisableRuleRequest& in);
Result<ListRulesResponse> list_rules(Tx& tx, const Caller& who, const ListRulesRequest& in);
Result<ListRuleNamesByTargetResponse> list_rule_names_by_target(Tx& tx, const Caller& who, const ListRuleNamesByTargetRequest& in);

/// Targets that this installation does not have are in FailedEntries; the others are put. Errors: LimitExceededException.
Result<PutTargetsResponse> put_targets(Tx& tx, const Caller& who, const PutTargetsRequest& in);
Result<RemoveTargetsResponse> remove_targets(Tx& tx, const Caller& who, const RemoveTargetsRequest& in);
Result<ListTargetsByRuleResponse> list_targets_by_rule(Tx& tx, const Caller& who, const ListTargetsByRuleRequest& in);

/// Each entry has an EventId or an ErrorCode.
Result<PutEventsResponse> put_events(Tx& tx, const Caller& who, const PutEventsRequest& in);
/// Errors: InvalidEventPatternException.
Result<TestEventPatternResponse> test_event_pattern(Tx& tx, const Caller& who, const TestEventPatternRequest& in);

Result<TagResourceResponse> tag_resource(Tx& tx, const Caller& who, const TagResourceRequest& in);
Result<UntagResourceResponse> untag_resource(Tx& tx, const Caller& who, const UntagResourceRequest& in);
Result<ListTagsForResourceResponse> list_tags_for_resource(Tx& tx, const Caller& who, const ListTagsForResourceRequest& in);

}  // namespace roadstead::events
