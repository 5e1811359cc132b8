// Long polling: a ReceiveMessage that finds nothing waits for messages of its queue, or until its WaitTimeSeconds are over.
#pragma once

#include "services/waits.h"

namespace roadstead::sqs {

extern const WaitRules wait_rules;

}  // namespace roadstead::sqs
