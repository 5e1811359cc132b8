#include "agent/images/test_image.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <sys/stat.h>

#include "base/data/hash.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"

namespace roadstead::test {

namespace {

la_ssize_t append(archive*, void* to, const void* bytes, std::size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

void write_entry(archive* writer, const Entry& from) {
  archive_entry* entry = ::archive_entry_new();
  ::archive_entry_set_pathname(entry, from.path.c_str());
  ::archive_entry_set_perm(entry, static_cast<mode_t>(from.mode));
  ::archive_entry_set_uid(entry, from.uid);
  ::archive_entry_set_gid(entry, from.uid);
  ::archive_entry_set_mtime(entry, 1'600'000'000, 0);
  ::archive_entry_set_size(entry, 0);
  switch (from.kind) {
    case 'd': ::archive_entry_set_filetype(entry, AE_IFDIR); break;
    case 'p': ::archive_entry_set_filetype(entry, AE_IFIFO); break;
    case 'l':
      ::archive_entry_set_filetype(entry, AE_IFLNK);
      ::archive_entry_set_symlink(entry, from.content.c_str());
      break;
    case 'h':
      ::archive_entry_set_filetype(entry, AE_IFREG);
      ::archive_entry_set_hardlink(entry, from.content.c_str());
      break;
    case 'c':
      ::archive_entry_set_filetype(entry, AE_IFCHR);
      ::archive_entry_set_rdevmajor(entry, 1);
      ::archive_entry_set_rdevminor(entry, 3);
      break;
    default:
      ::archive_entry_set_filetype(entry, AE_IFREG);
      ::archive_entry_set_size(entry, static_cast<la_int64_t>(from.content.size()));
  }
  for (const auto& [name, value] : from.xattrs) ::archive_entry_xattr_add_entry(entry, name.c_str(), value.data(), value.size());
  CHECK(::archive_write_header(writer, entry) == ARCHIVE_OK, "the entries of tests are valid");
  if (from.kind == '-') ::archive_write_data(writer, from.content.data(), from.content.size());
  ::archive_entry_free(entry);
}

std::string put_blob(const std::string& directory, const std::string& bytes) {
  auto hex = sha256_hex(bytes);
  CHECK(write_file_atomic(cat(directory, "/blobs/sha256/", hex), bytes, 0644), "the layout is writable");
  return hex;
}

std::string descriptor(std::string_view type, const std::string& hex, std::size_t size, const std::string& more = "") {
  return cat(R"({"mediaType":"application/vnd.oci.image.)", type, R"(","digest":"sha256:)", hex, R"(","size":)", size, more, "}");
}

}  // namespace

std::string make_layer(const std::vector<Entry>& entries, Packing packing) {
  locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  locale_t before = ::uselocale(utf8);
  std::string out;
  archive* writer = ::archive_write_new();
  ::archive_write_set_bytes_in_last_block(writer, 1);  // the same tar, packed or not
  ::archive_write_set_format_pax_restricted(writer);
  if (packing == Packing::gzip) ::archive_write_add_filter_gzip(writer);
  if (packing == Packing::zstd) ::archive_write_add_filter_zstd(writer);
  ::archive_write_open(writer, &out, nullptr, append, nullptr);
  for (const auto& entry : entries) write_entry(writer, entry);
  ::archive_write_close(writer);
  ::archive_write_free(writer);
  ::uselocale(before);
  ::freelocale(utf8);
  return out;
}

std::string write_layout(const std::string& directory, const std::vector<ImageSpec>& images, const std::string& tag) {
  CHECK(make_directories(directory + "/blobs/sha256"), "the directory of a test is writable");
  CHECK(write_file_atomic(directory + "/oci-layout", R"({"imageLayoutVersion":"1.0.0"})", 0644), "as above");
  std::vector<std::string> manifests;
  std::string digest;
  for (const auto& image : images) {
    std::vector<std::string> layers;
    std::vector<std::string> diff_ids;
    for (const auto& layer : image.layers) {
      layers.push_back(descriptor("layer.v1.tar", put_blob(directory, layer), layer.size()));
      diff_ids.push_back(cat("\"sha256:", sha256_hex(layer), '"'));
    }
    auto config = cat(R"({"os":"linux","architecture":")", image.architecture, R"(","config":)", image.config_json,
                      R"(,"rootfs":{"type":"layers","diff_ids":[)", join(diff_ids, ","), "]}}");
    auto manifest = cat(R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)",
                        descriptor("config.v1+json", put_blob(directory, config), config.size()), R"(,"layers":[)", join(layers, ","), "]}");
    digest = put_blob(directory, manifest);
    auto more = cat(R"(,"platform":{"os":"linux","architecture":")", image.architecture, "\"}");
    if (images.size() == 1) more += cat(R"(,"annotations":{"org.opencontainers.image.ref.name":")", tag, "\"}");
    manifests.push_back(descriptor("manifest.v1+json", digest, manifest.size(), more));
  }
  if (images.size() > 1) {
    auto index = cat(R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)", join(manifests, ","), "]}");
    digest = put_blob(directory, index);
    manifests = {descriptor("index.v1+json", digest, index.size(), cat(R"(,"annotations":{"org.opencontainers.image.ref.name":")", tag, "\"}"))};
  }
  auto index = cat(R"({"schemaVersion":2,"manifests":[)", join(manifests, ","), "]}");
  CHECK(write_file_atomic(directory + "/index.json", index, 0644), "as above");
  return cat("sha256:", digest);
}

std::string write_archive(const std::string& path, const ImageSpec& image) {
  auto layout = path + ".layout";
  auto digest = write_layout(layout, {image});
  auto done = run_ok({.argv = {"tar", "-cf", path, "-C", layout, "oci-layout", "index.json", "blobs"}});
  CHECK(done, "tar is on every machine");
  CHECK(remove_tree(layout), "as above");
  return digest;
}

}  // namespace roadstead::test
