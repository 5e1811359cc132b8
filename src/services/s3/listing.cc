#include "services/s3/listing.h"

#include <algorithm>

#include "objectstore/object_store.h"

namespace roadstead::s3 {

namespace {

constexpr std::size_t rows_at_once = 256;
/// Behind every key that begins with what stands before it: no byte of UTF-8 is as great.
constexpr char behind_all = '\xff';

/// Walks the rows of a bucket from a place on, in pieces, so that what is folded away is jumped over.
class ListingWalk {
 public:
  ListingWalk(const Reader& rows, const ListingQuery& query) : rows_(rows), query_(query) {
    if (query.prefix > query.after) {
      // The scan begins behind a key: the one that equals the prefix is looked at by itself.
      first_ = rows.find<ObjectRow>(object_row_key(query.bucket, query.prefix));
      place_ = object_row_key(query.bucket, query.prefix);
    } else {
      place_ = object_row_key(query.bucket, query.after);
    }
  }

  /// The next row of the bucket that has the prefix, or null.
  std::shared_ptr<const ObjectRow> next() {
    if (first_ != nullptr) return std::exchange(first_, nullptr);
    if (at_ == piece_.size()) {
      piece_ = rows_.scan<ObjectRow>(place_, rows_at_once);
      at_ = 0;
      if (piece_.empty()) return nullptr;
      place_ = object_row_key(piece_.back()->bucket_name, piece_.back()->object_key);
    }
    auto row = piece_[at_++];
    bool belongs = row->bucket_name == query_.bucket && row->object_key.starts_with(query_.prefix);
    return belongs ? row : nullptr;
  }

  void jump_behind(const std::string& common_prefix) {
    place_ = object_row_key(query_.bucket, common_prefix + behind_all);
    piece_.clear();
    at_ = 0;
    first_ = nullptr;
  }

 private:
  const Reader& rows_;
  const ListingQuery& query_;
  std::shared_ptr<const ObjectRow> first_;
  std::vector<std::shared_ptr<const ObjectRow>> piece_;
  std::size_t at_ = 0;
  std::string place_;
};

/// What a key is folded into, or an empty text.
std::string common_prefix_of(const ListingQuery& query, const std::string& key) {
  if (query.delimiter.empty()) return {};
  auto found = key.find(query.delimiter, query.prefix.size());
  return found == std::string::npos ? std::string() : key.substr(0, found + query.delimiter.size());
}

}  // namespace

ListingPage list_page(const Reader& rows, const ListingQuery& query) {
  ListingPage page;
  if (query.most == 0) return page;
  ListingWalk walk(rows, query);
  while (auto row = walk.next()) {
    auto folded = common_prefix_of(query, row->object_key);
    bool seen = !folded.empty() && folded <= query.after;
    if (!seen && page.objects.size() + page.common_prefixes.size() == query.most) {
      page.truncated = true;
      return page;
    }
    if (!folded.empty()) walk.jump_behind(folded);
    if (seen) continue;
    page.last = folded.empty() ? row->object_key : folded;
    if (folded.empty()) {
      page.objects.push_back(std::move(row));
    } else {
      page.common_prefixes.push_back(std::move(folded));
    }
  }
  return page;
}

}  // namespace roadstead::s3
