// ExecuteCommand, and what becomes of its sessions. Source: reference/ecs-core.md §1.8, §6.6.
//
//   ExecuteCommand ─► row with a token ─► open_exec_session(token), once ─► command runs ─► close_exec_session ─► gone
//                          └── token not shown in time: gone with the next ExecuteCommand or restart
//
// Rows only: who carries the bytes is agent/exec. State thread, in a transaction.
#pragma once

#include <string>

#include "api/ecs/execute_command.gen.h"
#include "aws/model/caller.h"
#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// The path of the data channels; the session's id follows.
inline constexpr std::string_view data_channel_path = "/v1/data-channel/";

/// Makes a session that the caller can attach to at once. Errors: InvalidParameterException, ClusterNotFoundException,
/// TargetNotConnectedException with AWS's texts.
Result<ExecuteCommandResponse> execute_command(Tx& tx, const Caller& who, const ExecuteCommandRequest& in);

/// The same, also without a terminal: for the installation's own command line.
Result<ExecuteCommandResponse> make_exec_session(Tx& tx, const Caller& who, const ExecuteCommandRequest& in);

/// Takes the token of a session, which is good once and for a minute. Errors: AccessDeniedException.
Result<ExecSessionRow> open_exec_session(Tx& tx, const std::string& session_id, const std::string& token);

/// Forgets a session. Doing it again succeeds.
Status close_exec_session(Tx& tx, const std::string& session_id);

/// Forgets all sessions: their commands have ended with the process that carried them.
Status forget_exec_sessions(Tx& tx);

}  // namespace roadstead::ecs
