// Netlink in the raw: several requests written into one buffer, sent at once, all answers read back.
//
// Why not a library: a task's whole network is one batch and one pair of system calls, and errors name the step that
// failed. A socket belongs to the network namespace its thread was in when it was opened, for ever; a ready namespace
// keeps one so that nobody has to enter it again. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result/result.h"

namespace roadstead {

/// A file descriptor that closes itself.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept;
  ~OwnedFd();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Netlink requests in the order they shall happen.
class NetlinkBatch {
 public:
  /// Starts a request. `what` completes the sentence "could not …" of its error. `tolerated` is an errno that counts
  /// as success, such as ENODEV for a removal.
  void begin(std::uint16_t type, std::uint16_t flags, std::string_view what, int tolerated = 0);

  /// Appends a fixed header or an attribute to the request begun last.
  template <class T>
    requires std::is_trivially_copyable_v<T>
  void header(const T& value) {
    append(std::string_view(reinterpret_cast<const char*>(&value), sizeof value));
  }

  template <class T>
    requires std::is_trivially_copyable_v<T>
  void put(int attribute, const T& value) {
    put_bytes(attribute, std::string_view(reinterpret_cast<const char*>(&value), sizeof value));
  }

  void put_bytes(int attribute, std::string_view bytes);

  /// With the closing zero byte that the kernel wants of names.
  void put_text(int attribute, std::string_view text);

  /// Opens an attribute that holds attributes; `close` takes what it answered.
  std::size_t nest(int attribute);
  void close(std::size_t nest);

  bool empty() const { return requests_.empty(); }
  std::size_t size() const { return requests_.size(); }

 private:
  friend class NetlinkSocket;

  struct Request {
    std::size_t offset;
    std::string what;
    int tolerated;
    bool wants_answer;
  };

  void append(std::string_view bytes);
  void pad();
  void finish();

  std::string bytes_;
  std::vector<Request> requests_;
};

/// One message of a dump: its type and what follows the netlink header.
struct NetlinkMessage {
  std::uint16_t type = 0;
  std::string_view body = {};
};

/// Attributes of `bytes`, one call of `use` each with the type (flag bits removed) and the value.
void for_each_attribute(std::string_view bytes, const std::function<void(int, std::string_view)>& use);

/// The value of an attribute as a fixed type, or its default if it is too short.
template <class T>
T attribute_as(std::string_view bytes) {
  T value{};
  if (bytes.size() >= sizeof value) __builtin_memcpy(&value, bytes.data(), sizeof value);
  return value;
}

/// A text attribute without its closing zero.
std::string attribute_text(std::string_view bytes);

class NetlinkSocket {
 public:
  /// `protocol` is NETLINK_ROUTE or NETLINK_NETFILTER.
  static Result<NetlinkSocket> open(int protocol);

  /// Sends all requests and waits for all answers. The Error is that of the first request that failed; requests after
  /// it have been tried as well, except in a netfilter transaction, where nothing has happened.
  /// Errors: NetworkUnavailable, with the errno's name in the message.
  Status run(NetlinkBatch& batch);

  /// Sends one request that is answered by one message and an acknowledgement (NLM_F_ACK).
  Status get(NetlinkBatch& batch, const std::function<void(const NetlinkMessage&)>& use);

  int fd() const { return fd_.get(); }

  /// Sends one request with NLM_F_DUMP and calls `use` with every message of the answer.
  Status dump(NetlinkBatch& batch, const std::function<void(const NetlinkMessage&)>& use);

 private:
  explicit NetlinkSocket(OwnedFd fd) : fd_(std::move(fd)) {}

  Result<std::uint32_t> send(NetlinkBatch& batch);
  Result<std::string_view> receive();

  OwnedFd fd_;
  std::uint32_t next_sequence_ = 1;
  std::string buffer_ = std::string(64 * 1024, '\0');
};

}  // namespace roadstead
