#include "services/s3/uploads/upload_rows.h"

#include <algorithm>

#include "services/s3/object_rules.h"

namespace roadstead::s3 {

std::string part_row_key(const std::string& upload_id, std::int32_t part_number) {
  UploadPartRow row;
  row.upload_id = upload_id;
  row.part_number = part_number;
  return RowTraits<UploadPartRow>::key(row);
}

Result<std::shared_ptr<const MultipartUploadRow>> find_upload(
    const Reader& rows, const std::string& bucket, const std::string& key, const std::string& upload_id
) {
  if (!rows.contains<BucketRow>(bucket)) return refusal("NoSuchBucket", "The specified bucket does not exist");
  auto row = rows.find<MultipartUploadRow>(upload_id);
  if (row != nullptr && row->bucket_name == bucket && row->object_key == key) return row;
  return refusal(
      "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."
  );
}

UploadParts parts_of(const Reader& rows, const std::string& upload_id) {
  auto parts = rows.list(UploadPartRowIndex::by_upload, upload_id);
  std::ranges::sort(parts, {}, [](const auto& part) { return part->part_number; });
  return parts;
}

void erase_upload(Tx& tx, const MultipartUploadRow& upload, std::vector<std::string>& gone) {
  for (const auto& part : tx.list(UploadPartRowIndex::by_upload, upload.upload_id)) {
    gone.push_back(part->content_sha256);
    tx.erase<UploadPartRow>(RowTraits<UploadPartRow>::key(*part));
  }
  tx.erase<MultipartUploadRow>(upload.upload_id);
}

}  // namespace roadstead::s3
