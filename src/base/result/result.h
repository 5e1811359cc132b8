// A value, or the reason there is none.
//
// Every expected failure in Roadstead travels as a Result: refusals of a request (the code is AWS's own error
// name), failures of the world (disk full, crun exited with 1) and look-ups that find nothing. Exceptions are not
// used for them, so the set of outcomes of a function is visible in its signature. Bugs end in CHECK.
// Any thread; no allocation on success.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace roadstead {

/// Why something did not happen.
/// `code` is AWS's error name where a client sees it ("ClusterNotFoundException"), else a short PascalCase word.
/// `message` is for the client and says what to do. `detail` is for our own log and never leaves the process.
/// `resource_ids` is only set for ConflictException, which names the resources in conflict.
struct Error {
  std::string code;
  std::string message;
  std::string detail = {};
  std::string resource_ids = {};

  bool operator==(const Error&) const = default;
};

/// The value of a function that either worked and has nothing to say, or did not.
struct Done {
  bool operator==(const Done&) const = default;
};

/// A value or the reason there is none. Converts from both, so a function returns either directly.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return state_.index() == 0; }
  bool has_value() const { return state_.index() == 0; }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

  T value_or(T other) const& { return has_value() ? value() : std::move(other); }

 private:
  std::variant<T, Error> state_;
};

/// A Result without a value: `return Done{};` or an Error.
using Status = Result<Done>;

/// Logs `what` and aborts: the state is durable, so a restart is safe and going on with an impossible state is not.
[[noreturn]] void check_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace roadstead

/// Unwraps a Result or returns its Error from the enclosing function. Not for coroutines.
#define TRY(expr)                                            \
  __extension__({                                            \
    auto try_result_ = (expr);                               \
    if (!try_result_) return std::move(try_result_).error(); \
    std::move(try_result_).value();                          \
  })

/// Aborts unless `condition` holds; `why` says why it must. For bugs only, never for input.
#define CHECK(condition, why)                                                        \
  do {                                                                               \
    if (!(condition)) ::roadstead::check_failed(#condition, why, __FILE__, __LINE__); \
  } while (false)
