#include "agent/sandbox/link/netlink.h"

#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::size_t align(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

Error netlink_error(std::string_view what, int problem) {
  return Error{"NetworkUnavailable", cat("could not ", what, ": ", std::strerror(problem))};
}

}  // namespace

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

void NetlinkBatch::begin(std::uint16_t type, std::uint16_t flags, std::string_view what, int tolerated) {
  finish();
  requests_.push_back({bytes_.size(), std::string(what), tolerated, (flags & NLM_F_ACK) != 0});
  nlmsghdr head{};
  head.nlmsg_type = type;
  head.nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
  bytes_.append(reinterpret_cast<const char*>(&head), sizeof head);
}

void NetlinkBatch::append(std::string_view bytes) {
  bytes_.append(bytes);
  pad();
}

void NetlinkBatch::pad() { bytes_.resize(align(bytes_.size()), '\0'); }

void NetlinkBatch::put_bytes(int attribute, std::string_view bytes) {
  nlattr head{};
  head.nla_len = static_cast<std::uint16_t>(sizeof head + bytes.size());
  head.nla_type = static_cast<std::uint16_t>(attribute);
  bytes_.append(reinterpret_cast<const char*>(&head), sizeof head);
  append(bytes);
}

void NetlinkBatch::put_text(int attribute, std::string_view text) {
  std::string with_zero(text);
  with_zero.push_back('\0');
  put_bytes(attribute, with_zero);
}

std::size_t NetlinkBatch::nest(int attribute) {
  auto at = bytes_.size();
  put_bytes(attribute | NLA_F_NESTED, {});
  return at;
}

void NetlinkBatch::close(std::size_t nest) {
  auto length = static_cast<std::uint16_t>(bytes_.size() - nest);
  std::memcpy(bytes_.data() + nest, &length, sizeof length);
}

void NetlinkBatch::finish() {
  if (requests_.empty()) return;
  auto offset = requests_.back().offset;
  auto length = static_cast<std::uint32_t>(bytes_.size() - offset);
  std::memcpy(bytes_.data() + offset, &length, sizeof length);
}

void for_each_attribute(std::string_view bytes, const std::function<void(int, std::string_view)>& use) {
  while (bytes.size() >= sizeof(nlattr)) {
    auto head = attribute_as<nlattr>(bytes);
    if (head.nla_len < sizeof head || head.nla_len > bytes.size()) return;
    use(head.nla_type & NLA_TYPE_MASK, bytes.substr(sizeof head, head.nla_len - sizeof head));
    bytes.remove_prefix(std::min(align(head.nla_len), bytes.size()));
  }
}

std::string attribute_text(std::string_view bytes) { return std::string(bytes.substr(0, bytes.find('\0'))); }

Result<NetlinkSocket> NetlinkSocket::open(int protocol) {
  OwnedFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol));
  if (!fd) return netlink_error("open a netlink socket", errno);
  int size = 4 << 20;
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0 ||
      ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0) {
    return netlink_error("size a netlink socket (this needs CAP_NET_ADMIN)", errno);
  }
  // The kernel answers at once; the bound only keeps a lost answer from hanging the agent.
  timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  int on = 1;
  ::setsockopt(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  sockaddr_nl self{};
  self.nl_family = AF_NETLINK;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&self), sizeof self) != 0) {
    return netlink_error("bind a netlink socket", errno);
  }
  return NetlinkSocket(std::move(fd));
}

Result<std::uint32_t> NetlinkSocket::send(NetlinkBatch& batch) {
  batch.finish();
  auto first = next_sequence_;
  for (const auto& request : batch.requests_) {
    auto sequence = next_sequence_++;
    std::memcpy(batch.bytes_.data() + request.offset + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof sequence);
  }
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  auto sent = ::sendto(
      fd_.get(), batch.bytes_.data(), batch.bytes_.size(), 0, reinterpret_cast<sockaddr*>(&kernel), sizeof kernel
  );
  if (sent < 0) return netlink_error(batch.requests_.front().what, errno);
  return first;
}

Result<std::string_view> NetlinkSocket::receive() {
  for (;;) {
    auto got = ::recv(fd_.get(), buffer_.data(), buffer_.size(), 0);
    if (got >= 0) return std::string_view(buffer_.data(), static_cast<std::size_t>(got));
    if (errno != EINTR) return netlink_error("read the kernel's answer", errno);
  }
}

namespace {

/// Splits received bytes into messages; `use` answers false to stop.
bool for_each_message(std::string_view bytes, const std::function<bool(const nlmsghdr&, std::string_view)>& use) {
  while (bytes.size() >= sizeof(nlmsghdr)) {
    auto head = attribute_as<nlmsghdr>(bytes);
    if (head.nlmsg_len < sizeof head || head.nlmsg_len > bytes.size()) return true;
    if (!use(head, bytes.substr(sizeof head, head.nlmsg_len - sizeof head))) return false;
    bytes.remove_prefix(std::min(align(head.nlmsg_len), bytes.size()));
  }
  return true;
}

}  // namespace

Status NetlinkSocket::run(NetlinkBatch& batch) {
  if (batch.empty()) return Done{};
  auto first = TRY(send(batch));
  std::size_t awaited = 0;
  for (const auto& request : batch.requests_) awaited += request.wants_answer ? 1 : 0;
  std::optional<std::pair<std::size_t, int>> failed;  // the lowest request that failed, and its errno
  bool refused_whole = false;
  while (awaited > 0 && !refused_whole) {
    auto bytes = TRY(receive());
    for_each_message(bytes, [&](const nlmsghdr& head, std::string_view body) {
      auto index = static_cast<std::size_t>(head.nlmsg_seq - first);
      if (head.nlmsg_type != NLMSG_ERROR || index >= batch.requests_.size()) return true;
      const auto& request = batch.requests_[index];
      int problem = -attribute_as<int>(body);
      if (problem != 0 && problem != request.tolerated && (!failed || index < failed->first)) failed = {index, problem};
      if (request.wants_answer) {
        --awaited;
      } else if (problem != 0) {
        refused_whole = true;  // the frame of a transaction was refused: no answers of its parts need follow
      }
      return true;
    });
  }
  if (failed) return netlink_error(batch.requests_[failed->first].what, failed->second);
  return Done{};
}

Status NetlinkSocket::get(NetlinkBatch& batch, const std::function<void(const NetlinkMessage&)>& use) {
  return dump(batch, use);  // both end with one message that says so: done, or an acknowledgement
}

Status NetlinkSocket::dump(NetlinkBatch& batch, const std::function<void(const NetlinkMessage&)>& use) {
  auto first = TRY(send(batch));
  int problem = 0;
  for (bool more = true; more;) {
    auto bytes = TRY(receive());
    more = for_each_message(bytes, [&](const nlmsghdr& head, std::string_view body) {
      if (head.nlmsg_seq != first) return true;
      if (head.nlmsg_type == NLMSG_DONE) return false;
      if (head.nlmsg_type == NLMSG_ERROR) {
        problem = -attribute_as<int>(body);
        return false;
      }
      use({head.nlmsg_type, body});
      return true;
    });
  }
  if (problem != 0) return netlink_error(batch.requests_.front().what, problem);
  return Done{};
}

}  // namespace roadstead
