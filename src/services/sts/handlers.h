// The Security Token Service: who am I, and temporary credentials. Source: reference/neighbour-apis.md §12 (sts rows).
#pragma once

#include "api/sts_service.gen.h"

namespace roadstead::sts {

/// The table of contents of the service; a slot left out answers "not supported".
extern const Handlers handlers;

}  // namespace roadstead::sts
