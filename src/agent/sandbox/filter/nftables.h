// The way to nftables: commands as text for structure, map elements as one netlink transaction.
//
// libnftables turns text into netlink but takes 0.2 ms an element and more the larger the table; a hand-made batch
// takes 0.06 ms (reference/limits.md §2.3), and elements are what every join and leave changes. The library is loaded
// when the first Nftables is opened, so that the program starts, and can say what is missing, on machines without it.
// Acts on the network namespace of the thread that opened it. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/sandbox/link/netlink.h"
#include "agent/sandbox/filter/ruleset.h"
#include "base/result/result.h"

namespace roadstead {

class Nftables {
 public:
  /// Errors: NetworkUnavailable; the message says what to install.
  static Result<Nftables> open();

  Nftables(Nftables&&) noexcept;
  Nftables& operator=(Nftables&&) noexcept;
  ~Nftables();

  /// Runs commands as one transaction. Errors: NetworkUnavailable with nftables' own words; nothing has changed.
  Status run(const std::string& commands);

  /// What `commands`, such as "list table inet roadstead", print.
  Result<std::string> list(const std::string& commands);

  /// Removes and adds elements of a table in family inet as one transaction, removals first.
  /// Errors: NetworkUnavailable; nothing has changed. A missing element to remove and one to add that is there with
  /// another value are errors.
  Status change(
      const std::string& table, const std::vector<TableElement>& removed, const std::vector<TableElement>& added
  );

 private:
  struct Library;

  Nftables(std::unique_ptr<Library> library, NetlinkSocket socket);

  std::unique_ptr<Library> library_;
  NetlinkSocket socket_;
};

}  // namespace roadstead
