// Sessions of ExecuteCommand between the rows and the door that carries them (agent/exec): takes tokens, tells what they
// open, forgets what has ended. The functions that ask the state block; not on the state thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "agent/exec/exec_session.h"
#include "aws/model/caller.h"
#include "net/http.h"
#include "store/transactor.h"

namespace roadstead {

/// Opens sessions by their rows. `transactor` must outlive it.
ExecSession::Open exec_opener(Transactor& transactor);

/// Forgets the row of a session that has ended.
std::function<void(const std::string& session_id)> exec_closer(Transactor& transactor);

/// Forgets the sessions of an earlier life of the server, whose commands ended with it.
void forget_exec_sessions(Transactor& transactor);

/// Answers POST /admin/exec?task&container&command&interactive with {"session_id","token"}. `task` is an ARN, an id, or
/// as much of an id as is needed to tell it from others. Any thread; the answer comes later.
void answer_exec_request(
    Transactor& transactor, const Caller& owner, std::map<std::string, std::string> parameters, const HttpResponder& respond
);

}  // namespace roadstead
