// Account settings: a default for the account, and values of single principals that go before it. A value without effect here
// is refused in words. Source: reference/ecs-core.md §1.15.
#pragma once

#include <string>

#include "api/ecs/delete_account_setting.gen.h"
#include "api/ecs/list_account_settings.gen.h"
#include "api/ecs/put_account_setting.gen.h"
#include "api/ecs/put_account_setting_default.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

Result<PutAccountSettingResponse> put_account_setting(Tx& tx, const Caller& who, const PutAccountSettingRequest& in);
Result<PutAccountSettingDefaultResponse> put_account_setting_default(
    Tx& tx, const Caller& who, const PutAccountSettingDefaultRequest& in
);
Result<ListAccountSettingsResponse> list_account_settings(Tx& tx, const Caller& who, const ListAccountSettingsRequest& in);
Result<DeleteAccountSettingResponse> delete_account_setting(Tx& tx, const Caller& who, const DeleteAccountSettingRequest& in);

/// The value that holds for a principal: its own, else the account's default, else AWS's.
std::string effective_setting(const Reader& rows, const Caller& who, const std::string& principal_arn, SettingName name);

}  // namespace roadstead::ecs
