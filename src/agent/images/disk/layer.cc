#include "agent/images/disk/layer.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <locale.h>

#include <array>
#include <cerrno>
#include <memory>

#include "agent/images/disk/layer_tree.h"
#include "base/data/hash.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

namespace {

constexpr std::string_view whiteout_prefix = ".wh.";
constexpr std::string_view whiteout_mark = ".wh..wh.";
constexpr std::string_view opaque_mark = ".wh..wh..opq";

struct CloseArchive {
  void operator()(archive* reader) const { ::archive_read_free(reader); }
};

using Reader = std::unique_ptr<archive, CloseArchive>;

Error invalid(std::string_view why) { return {.code = "InvalidImage", .message = cat("the layer is not valid: ", why)}; }

Error reader_error(archive* reader) {
  const char* text = ::archive_error_string(reader);
  return invalid(text != nullptr ? text : "it is not a tar");
}

/// libarchive converts names by the locale; in "C" it loses every name beyond ASCII. UTF-8 keeps all bytes as they are.
class Utf8Names {
 public:
  Utf8Names() : utf8_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (utf8_ != nullptr) before_ = ::uselocale(utf8_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() {
    if (utf8_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(utf8_);
  }

 private:
  locale_t utf8_;
  locale_t before_ = nullptr;
};

/// The blob, decompressed: hashes what goes in and what comes out.
///   file ─► sha256 (digest) ─► filters of libarchive ─► sha256 (diff id) ─► tar reader
class TarStream {
 public:
  TarStream(Fd file, const LayerLimits& limits, std::stop_token stop) : file_(std::move(file)), limits_(limits), stop_(std::move(stop)) {}

  Status open() {
    filters_.reset(::archive_read_new());
    for (auto* support : {::archive_read_support_filter_gzip, ::archive_read_support_filter_zstd, ::archive_read_support_filter_bzip2,
                          ::archive_read_support_filter_xz, ::archive_read_support_format_raw, ::archive_read_support_format_empty}) {
      if (support(filters_.get()) != ARCHIVE_OK) return reader_error(filters_.get());
    }
    archive_entry* entry = nullptr;
    if (::archive_read_open(filters_.get(), this, nullptr, read_file, nullptr) != ARCHIVE_OK) return failure(filters_.get());
    int next = ::archive_read_next_header(filters_.get(), &entry);
    if (next == ARCHIVE_EOF) return Done{};
    return next == ARCHIVE_OK ? Status(Done{}) : Status(failure(filters_.get()));
  }

  /// The next piece of the tar; empty at its end.
  Result<std::string_view> next() {
    auto got = ::archive_read_data(filters_.get(), plain_.data(), plain_.size());
    if (got < 0) return failure(filters_.get());
    std::string_view piece(plain_.data(), static_cast<std::size_t>(got));
    plain_bytes_ += piece.size();
    if (plain_bytes_ > limits_.max_bytes) return invalid(cat("it unpacks to more than ", limits_.max_bytes, " bytes"));
    if (stop_.stop_requested()) return Error{.code = "CommandStopped", .message = "unpacking was stopped"};
    plain_hash_.update(piece);
    return piece;
  }

  /// Reads both streams to their ends and compares the digests.
  Status finish(const LayerSource& source) {
    while (true) {
      std::string_view piece = TRY(next());
      if (piece.empty()) break;
    }
    while (true) {  // what a filter left unread
      const void* ignored = nullptr;
      auto got = read_file(filters_.get(), this, &ignored);
      if (got < 0) return failure(filters_.get());
      if (got == 0) break;
    }
    auto digest = cat("sha256:", file_hash_.finish_hex());
    if (digest != source.digest) return invalid(cat("its digest is ", digest, " but the manifest says ", source.digest));
    auto diff_id = cat("sha256:", plain_hash_.finish_hex());
    if (diff_id != source.diff_id) return invalid(cat("its diff id is ", diff_id, " but the configuration says ", source.diff_id));
    return Done{};
  }

  /// The error behind a failed read of `reader`: ours if there is one, else what libarchive says.
  Error failure(archive* reader) const { return problem_ ? *problem_ : reader_error(reader); }

  /// For the tar reader: gives it pieces of the stream.
  static la_ssize_t read_plain(archive* reader, void* self, const void** out) {
    auto& stream = *static_cast<TarStream*>(self);
    auto piece = stream.next();
    if (!piece) {
      stream.problem_ = piece.error();
      ::archive_set_error(reader, EIO, "%s", piece.error().message.c_str());
      return -1;
    }
    *out = piece->data();
    return static_cast<la_ssize_t>(piece->size());
  }

 private:
  static la_ssize_t read_file(archive* reader, void* self, const void** out) {
    auto& stream = *static_cast<TarStream*>(self);
    while (true) {
      auto got = ::read(stream.file_.get(), stream.raw_.data(), stream.raw_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        stream.problem_ = system_error(errno, "read", "the layer");
        ::archive_set_error(reader, EIO, "cannot read the layer");
        return -1;
      }
      stream.file_hash_.update({stream.raw_.data(), static_cast<std::size_t>(got)});
      *out = stream.raw_.data();
      return got;
    }
  }

  Fd file_;
  const LayerLimits& limits_;
  std::stop_token stop_;
  std::array<char, 65536> raw_;
  std::array<char, 65536> plain_;
  std::uint64_t plain_bytes_ = 0;
  Sha256 file_hash_;
  Sha256 plain_hash_;
  std::optional<Error> problem_;
  Reader filters_;  // last: it reads through all of the above
};

EntryStatus status_of(archive_entry* entry) {
  EntryStatus status{.uid = static_cast<uid_t>(::archive_entry_uid(entry)),
                     .gid = static_cast<gid_t>(::archive_entry_gid(entry)),
                     .mode = ::archive_entry_perm(entry) & 07777,
                     .modified = {.tv_sec = ::archive_entry_mtime(entry), .tv_nsec = ::archive_entry_mtime_nsec(entry)},
                     .xattrs = {}};
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  ::archive_entry_xattr_reset(entry);
  while (::archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
    std::string_view text = name;
    if (text == "security.capability" || text.starts_with("user.")) {
      status.xattrs.emplace_back(text, std::string(static_cast<const char*>(value), size));
    }
  }
  return status;
}

/// One walk over the tar.
class Unpacking {
 public:
  Unpacking(TarStream& stream, LayerTree& tree, const LayerLimits& limits) : stream_(stream), tree_(tree), limits_(limits) {}

  Result<LayerUnpacked> all() {
    tar_.reset(::archive_read_new());
    if (::archive_read_support_format_tar(tar_.get()) != ARCHIVE_OK || ::archive_read_support_format_empty(tar_.get()) != ARCHIVE_OK ||
        ::archive_read_open(tar_.get(), &stream_, nullptr, TarStream::read_plain, nullptr) != ARCHIVE_OK) {
      return stream_.failure(tar_.get());
    }
    while (true) {
      archive_entry* entry = nullptr;
      int next = ::archive_read_next_header(tar_.get(), &entry);
      if (next == ARCHIVE_EOF) break;
      // ARCHIVE_WARN is a name that is not UTF-8: its bytes are kept as they are.
      if (next != ARCHIVE_OK && next != ARCHIVE_WARN) return stream_.failure(tar_.get());
      if (++done_.entries > limits_.max_entries) return invalid(cat("it has more than ", limits_.max_entries, " entries"));
      TRY(one(entry));
    }
    TRY(tree_.finish());
    return done_;
  }

 private:
  Status one(archive_entry* entry) {
    const char* name = ::archive_entry_pathname(entry);
    if (name == nullptr) return invalid("a name cannot be read");
    EntryPath path = TRY(parse_entry_path(name));
    if (path.name.starts_with(whiteout_prefix)) return whiteout(path);
    auto status = status_of(entry);
    if (const char* target = ::archive_entry_hardlink(entry)) {
      EntryPath existing = TRY(parse_entry_path(target));
      return tree_.make_hard_link(path, existing);
    }
    auto kind = ::archive_entry_filetype(entry);
    switch (kind) {
      case AE_IFDIR: return tree_.make_directory(path, status);
      case AE_IFREG: return file(path, status, ::archive_entry_size(entry));
      case AE_IFLNK: {
        const char* target = ::archive_entry_symlink(entry);
        return tree_.make_symlink(path, target != nullptr ? target : "", status);
      }
      case AE_IFCHR:
      case AE_IFBLK:
      case AE_IFIFO: return tree_.make_node(path, kind, ::archive_entry_rdev(entry), status);
      default: return Done{};
    }
  }

  Status whiteout(const EntryPath& path) {
    if (path.name == opaque_mark) return tree_.hide_below(path.parent);
    if (path.name.starts_with(whiteout_mark)) return Done{};  // notes that aufs kept for itself
    return tree_.hide(path.parent, path.name.substr(whiteout_prefix.size()));
  }

  /// `length` is that of the file, holes included.
  Status file(const EntryPath& path, const EntryStatus& status, la_int64_t length) {
    if (length < 0 || static_cast<std::uint64_t>(length) > limits_.max_bytes) return invalid(cat("too large a file: ", path.name));
    Fd file = TRY(tree_.make_file(path));
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    la_int64_t end = 0;
    while (true) {
      int next = ::archive_read_data_block(tar_.get(), &block, &size, &offset);
      if (next == ARCHIVE_EOF) break;
      if (next != ARCHIVE_OK) return stream_.failure(tar_.get());
      auto piece_end = offset + static_cast<la_int64_t>(size);
      if (offset < end || piece_end > length) return invalid(cat("the pieces of a sparse file do not fit: ", path.name));
      TRY(write_at(file.get(), {static_cast<const char*>(block), size}, offset, path));
      end = piece_end;
      done_.bytes += size;
    }
    if (end < length && ::ftruncate(file.get(), length) != 0) return system_error(errno, "size", path.name);
    return tree_.seal_file(file.get(), path, status);
  }

  static Status write_at(int file, std::string_view bytes, la_int64_t offset, const EntryPath& path) {
    while (!bytes.empty()) {
      auto put = ::pwrite(file, bytes.data(), bytes.size(), offset);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return system_error(errno, "write", path.name);
      bytes.remove_prefix(static_cast<std::size_t>(put));
      offset += put;
    }
    return Done{};
  }

  TarStream& stream_;
  LayerTree& tree_;
  const LayerLimits& limits_;
  Reader tar_;
  LayerUnpacked done_;
};

}  // namespace

Result<LayerUnpacked> unpack_layer(
    const LayerSource& source, const std::string& target, const LayerLimits& limits, std::stop_token stop
) {
  Utf8Names names;
  Fd file = TRY(open_file(source.blob, O_RDONLY));
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  auto stream = std::make_unique<TarStream>(std::move(file), limits, std::move(stop));
  TRY(stream->open());
  LayerTree tree = TRY(LayerTree::open(target));
  LayerUnpacked done = TRY(Unpacking(*stream, tree, limits).all());
  TRY(stream->finish(source));
  return done;
}

}  // namespace roadstead
