// Tags of any ECS resource. Source: reference/ecs-core.md §1.16.
#pragma once

#include "api/ecs/list_tags_for_resource.gen.h"
#include "api/ecs/tag_resource.gen.h"
#include "api/ecs/untag_resource.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<TagResourceResponse> tag_resource(Tx& tx, const Caller& who, const TagResourceRequest& in);
Result<UntagResourceResponse> untag_resource(Tx& tx, const Caller& who, const UntagResourceRequest& in);
Result<ListTagsForResourceResponse> list_tags_for_resource(
    Tx& tx, const Caller& who, const ListTagsForResourceRequest& in
);

}  // namespace roadstead::ecs
