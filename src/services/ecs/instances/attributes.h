// Attributes that users give container instances, for placement constraints to look at. Source: reference/ecs-core.md §1.13.
#pragma once

#include "api/ecs/delete_attributes.gen.h"
#include "api/ecs/list_attributes.gen.h"
#include "api/ecs/put_attributes.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<PutAttributesResponse> put_attributes(Tx& tx, const Caller& who, const PutAttributesRequest& in);
Result<DeleteAttributesResponse> delete_attributes(Tx& tx, const Caller& who, const DeleteAttributesRequest& in);
Result<ListAttributesResponse> list_attributes(Tx& tx, const Caller& who, const ListAttributesRequest& in);

}  // namespace roadstead::ecs
