// How long the body of a request may be, which its head may decide. A plain value; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "net/http.h"

namespace roadstead {

struct BodyBound {
  std::size_t bytes = 0;
  /// The answer to a longer one; without it a 413 in plain text.
  std::function<HttpResponse()> refuse = {};
};

/// The bound for a request with this target and Authorization header, which may be empty. It is asked more than once for one
/// request, as its head arrives, and the greatest answer counts. Called on a network thread; must not block.
using BodyBoundOf = std::function<BodyBound(std::string_view target, std::string_view authorization)>;

}  // namespace roadstead
