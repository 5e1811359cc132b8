#include "services/sts/handlers.h"

#include "services/sts/operations.h"

namespace roadstead::sts {

const Handlers handlers{
    .assume_role = assume_role,
    .get_caller_identity = get_caller_identity,
    .get_session_token = get_session_token,
};

}  // namespace roadstead::sts
