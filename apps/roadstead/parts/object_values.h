// How the node comes to objects of S3 that tasks name: environment files and configurations of log routers.
#pragma once

#include "agent/node/objects/env_files.h"
#include "objectstore/object_store.h"

namespace roadstead {

/// Answers with the bytes of objects. `store` must outlive it. Not for the state thread.
ObjectSource object_source(ObjectStore& store);

}  // namespace roadstead
