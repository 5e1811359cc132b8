// A page of the keys of a bucket: those with a prefix, folded at a delimiter, after a key, in the order of their bytes.
//
//   keys      a/1  a/2  b  c/d/e      prefix "", delimiter "/"   ─►   objects b, common prefixes a/ and c/
//
// A page goes on after the last key or common prefix of the one before, whichever came last. Pure; state thread.
// Source: reference/neighbour-apis.md §7.16.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::s3 {

struct ListingQuery {
  std::string bucket;
  std::string prefix = {};
  /// Empty: nothing is folded.
  std::string delimiter = {};
  /// Only what sorts behind it; a key or a common prefix.
  std::string after = {};
  std::size_t most = 1000;
};

struct ListingPage {
  std::vector<std::shared_ptr<const ObjectRow>> objects;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  /// The last key or common prefix of the page.
  std::string last;
};

ListingPage list_page(const Reader& rows, const ListingQuery& query);

}  // namespace roadstead::s3
