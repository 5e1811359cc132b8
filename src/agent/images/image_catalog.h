// What the image store knows by name: rows, and the file that keeps them (docs/formats/images.md). Looking up and
// replacing are pure; whoever owns a catalog locks it. It does not read blobs and does not pull.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/images/port.h"
#include "agent/images/oci/reference.h"
#include "base/result/result.h"

namespace roadstead {

/// One image under one name and for one platform.
struct ImageRow {
  std::string reference;        // local: the name as loaded, with tag; else ImageReference::canonical()
  std::string digest;           // of the manifest or index that the reference means
  std::string manifest_digest;  // of the stored manifest of this platform
  std::string config_digest;    // of the stored configuration
  std::vector<std::string> layer_digests;  // of the compressed blobs, lowest first
  std::vector<std::string> diff_ids;       // of the layers, lowest first
  Platform platform;            // as asked for
  bool local = false;           // loaded here under this name: never pulled, never collected
  std::string stamp;            // of a path transport: what the path looked like when it was taken; else empty
  Instant last_used;
  ImageConfig config;           // not stored: read again from its blob

  bool operator==(const ImageRow&) const = default;
};

class ImageCatalog {
 public:
  /// The row that serves `reference` (written `text`) on `platform` without asking anybody: a local name, or a digest that is here.
  const ImageRow* local_or_by_digest(const std::string& text, const ImageReference& reference, const Platform& platform) const;

  /// The row that was pulled under this very reference.
  const ImageRow* pulled(const ImageReference& reference, const Platform& platform) const;

  /// Any row of this content.
  const ImageRow* with_digest(const std::string& digest, const Platform& platform) const;

  /// Whether a local image has this name on another platform; gives that platform.
  std::optional<Platform> local_elsewhere(const std::string& text, const Platform& platform) const;

  /// Puts a row in place of the one with its name. If that had other content it stays findable by digest, as no local image.
  void put(ImageRow row);

  void touch(const ImageRow& row, Instant now);

  /// Takes out every row of this reference (local name, canonical, or as written); gives how many.
  std::vector<ImageRow> find(const std::string& reference) const;
  void erase(const ImageRow& row);

  std::vector<ImageRow> rows() const;

  /// The row to give up first: not local, its manifest not in `in_use`, last used before `before`; the oldest such.
  const ImageRow* oldest_unused(const std::set<std::string>& in_use, Instant before) const;

 private:
  using Rows = std::map<std::string, ImageRow>;

  static std::string key(const std::string& reference, const Platform& platform);

  /// The local image that a name means in any of its spellings.
  Rows::const_iterator local_row(std::string_view name, const Platform& platform) const;

  Rows rows_;
};

/// catalog.json both ways; the configuration is not in it. Errors: InvalidImage.
std::string render_catalog(const std::vector<ImageRow>& rows);
Result<std::vector<ImageRow>> parse_catalog(std::string_view text);

}  // namespace roadstead
