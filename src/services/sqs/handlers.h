// Simple Queue Service: standard and FIFO queues, as rows. Source: reference/neighbour-apis.md §7.12.
#pragma once

#include "api/sqs_service.gen.h"

namespace roadstead::sqs {

/// The table of contents of the service.
extern const Handlers handlers;

}  // namespace roadstead::sqs
