// What agents from elsewhere call: where to connect to, and how their tasks do. Reports go the way that those of Roadstead's own
// nodes go, through services/ecs/observe; its own nodes report inside the process and are not believed from outside.
// There is no agent endpoint (ACS) to connect to, so such an agent is given work by StartTask and must ask with ListTasks and
// DescribeTasks for it. Source: reference/agent-protocol.md §1.6, §4.
#pragma once

#include "api/ecs/discover_poll_endpoint.gen.h"
#include "api/ecs/submit_attachment_state_changes.gen.h"
#include "api/ecs/submit_container_state_change.gen.h"
#include "api/ecs/submit_task_state_change.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<DiscoverPollEndpointResponse> discover_poll_endpoint(Tx& tx, const Caller& who, const DiscoverPollEndpointRequest& in);
Result<SubmitTaskStateChangeResponse> submit_task_state_change(Tx& tx, const Caller& who, const SubmitTaskStateChangeRequest& in);
Result<SubmitContainerStateChangeResponse> submit_container_state_change(
    Tx& tx, const Caller& who, const SubmitContainerStateChangeRequest& in
);
Result<SubmitAttachmentStateChangesResponse> submit_attachment_state_changes(
    Tx& tx, const Caller& who, const SubmitAttachmentStateChangesRequest& in
);

}  // namespace roadstead::ecs
