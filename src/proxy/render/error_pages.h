// The pages that the load balancer answers with by itself, byte for byte as AWS's does, so that scripts which look for
// them keep working. Pure; any thread.
#pragma once

#include <string>
#include <vector>

namespace roadstead {

/// The statuses that have a page: 400, 403, 408, 500, 502, 503, 504 and others that HAProxy may answer.
std::vector<int> error_page_statuses();

/// A whole HTTP/1.1 response, status line included, as HAProxy's `errorfile` wants it.
std::string render_error_page(int status);

}  // namespace roadstead
