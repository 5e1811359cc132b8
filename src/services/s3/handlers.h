// S3: buckets, and objects of at most 64 MiB, which the gateway's bound on bodies sets. Without versions, ACLs, policies and
// uploads in parts. Source: reference/neighbour-apis.md §7.16.
#pragma once

#include "api/s3_service.gen.h"

namespace roadstead {
class ObjectStore;
}

namespace roadstead::s3 {

/// The table of contents of the service; a slot left out answers NotImplemented. `store` must outlive the handlers.
Handlers make_handlers(ObjectStore& store);

}  // namespace roadstead::s3
