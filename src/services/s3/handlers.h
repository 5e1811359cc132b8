// S3: buckets and objects. What comes in one request has at most 64 MiB, which the gateway's bound on bodies sets; longer objects
// come in parts. Without versions, ACLs and policies. Source: reference/neighbour-apis.md §7.16.
#pragma once

#include "api/s3_service.gen.h"

namespace roadstead {
class ObjectStore;
}

namespace roadstead::s3 {

/// The table of contents of the service; a slot left out answers NotImplemented. `store` must outlive the handlers.
Handlers make_handlers(ObjectStore& store);

}  // namespace roadstead::s3
