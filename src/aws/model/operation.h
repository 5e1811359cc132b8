// One slot of a service's handler table, and the slot seen without its types.
//
// A service is a table of Handlers, one for each operation of its model; an empty slot answers "not implemented". Most
// handlers take a Tx: they run in a transaction on the state thread and touch nothing but rows, so they are functions, or
// callables that hold something constant (the key that values are sealed with). Operations on data that is not rows (log
// events, metric points) are callables without a Tx that run outside that thread and must be thread-safe.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "aws/model/caller.h"
#include "aws/model/type.h"
#include "base/result/result.h"

namespace roadstead {

class Tx;

/// Where a handler runs.
enum class SlotKind : int { empty, in_transaction, outside };

/// What answers one operation: nothing, a callable in a transaction, or a callable outside the state thread.
template <class In, class Out>
class Handler {
 public:
  using InTransaction = std::function<Result<Out>(Tx&, const Caller&, const In&)>;
  using Outside = std::function<Result<Out>(const Caller&, const In&)>;

  Handler() = default;

  Handler(std::nullptr_t) {}  // NOLINT(google-explicit-constructor)

  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Handler> &&
             std::is_invocable_r_v<Result<Out>, F&, Tx&, const Caller&, const In&>)
  Handler(F callable) : in_transaction_(std::move(callable)) {}  // NOLINT(google-explicit-constructor)

  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Handler> &&
             std::is_invocable_r_v<Result<Out>, F&, const Caller&, const In&>)
  Handler(F callable) : outside_(std::move(callable)) {}  // NOLINT(google-explicit-constructor)

  SlotKind kind() const {
    if (in_transaction_) return SlotKind::in_transaction;
    return outside_ ? SlotKind::outside : SlotKind::empty;
  }

  /// Answers `in`. The slot must not be empty; `tx` may be null only for a slot outside transactions.
  Result<Out> operator()(Tx* tx, const Caller& caller, const In& in) const {
    if (in_transaction_) return in_transaction_(*tx, caller, in);
    return outside_(caller, in);
  }

 private:
  InTransaction in_transaction_;
  Outside outside_;
};

/// An owned object of a generated struct, with its description instead of its C++ type.
class AnyShape {
 public:
  template <class T>
  static AnyShape of(T value) {
    return {type_of<T>(), new T(std::move(value)), [](void* object) { delete static_cast<T*>(object); }};
  }

  const Type& type() const { return *type_; }
  void* data() { return object_.get(); }
  const void* data() const { return object_.get(); }

 private:
  AnyShape(const Type& type, void* object, void (*destroy)(void*)) : type_(&type), object_(object, destroy) {}

  const Type* type_;
  std::unique_ptr<void, void (*)(void*)> object_;
};

/// An error shape of a service. `code` is what the wire says, which Query services may spell differently.
struct ErrorShape {
  std::string_view name;
  std::string_view code;
  int http_status = 400;
  bool senders_fault = true;
};

/// Which members page through a long answer; empty where the operation does not.
struct Paging {
  std::string_view input_token = {};
  std::string_view output_token = {};
  std::string_view items = {};
  std::string_view page_size = {};
};

/// How to use one slot of a service's Handlers, given as `const void*`, without knowing its types.
struct SlotOps {
  AnyShape (*new_input)();
  AnyShape (*new_output)();
  SlotKind (*kind)(const void* handlers);
  Result<AnyShape> (*invoke)(const void* handlers, Tx* tx, const Caller& caller, const void* in);
};

/// One operation of a service's model. `handlers` below is the address of that service's Handlers.
struct Operation {
  std::string_view name;
  const Type* input;
  const Type* output;
  const SlotOps* slot;
  std::span<const ErrorShape* const> errors = {};
  Paging paging = {};
  bool read_only = false;
  std::string_view http_method = "POST";
  std::string_view http_uri = "/";
  int http_status = 200;

  AnyShape new_input() const { return slot->new_input(); }
  AnyShape new_output() const { return slot->new_output(); }
  SlotKind slot_kind(const void* handlers) const { return slot->kind(handlers); }

  /// Answers `in`, an object of `input`; the answer is an object of `output`. The slot must not be empty; `tx` may be
  /// null only for a slot outside transactions.
  Result<AnyShape> invoke(const void* handlers, Tx* tx, const Caller& caller, const void* in) const {
    return slot->invoke(handlers, tx, caller, in);
  }
};

namespace operation_detail {

template <class H, class In, class Out>
struct SlotTypes {
  using Handlers = H;
  using Input = In;
  using Output = Out;
};

template <class H, class In, class Out>
SlotTypes<H, In, Out> types_of_slot(Handler<In, Out> H::*);

template <auto Slot>
using Types = decltype(types_of_slot(Slot));

template <class T>
AnyShape make() {
  return AnyShape::of(T{});
}

template <auto Slot>
SlotKind kind_of_slot(const void* handlers) {
  return (static_cast<const typename Types<Slot>::Handlers*>(handlers)->*Slot).kind();
}

template <auto Slot>
Result<AnyShape> call_slot(const void* handlers, Tx* tx, const Caller& caller, const void* in) {
  const auto& slot = static_cast<const typename Types<Slot>::Handlers*>(handlers)->*Slot;
  auto answer = slot(tx, caller, *static_cast<const typename Types<Slot>::Input*>(in));
  if (!answer) return std::move(answer).error();
  return AnyShape::of(std::move(answer).value());
}

}  // namespace operation_detail

/// The code that uses `Slot`, a member of a service's Handlers.
template <auto Slot>
inline constexpr SlotOps slot_ops{
    .new_input = &operation_detail::make<typename operation_detail::Types<Slot>::Input>,
    .new_output = &operation_detail::make<typename operation_detail::Types<Slot>::Output>,
    .kind = &operation_detail::kind_of_slot<Slot>,
    .invoke = &operation_detail::call_slot<Slot>,
};

}  // namespace roadstead
