// The rows of uploads in parts: found, read, taken away. State thread. Source: reference/neighbour-apis.md §7.16.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result/result.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead::s3 {

/// The row of an upload's part.
std::string part_row_key(const std::string& upload_id, std::int32_t part_number);

/// The upload of that object with that id. Errors: NoSuchBucket, NoSuchUpload.
Result<std::shared_ptr<const MultipartUploadRow>> find_upload(
    const Reader& rows, const std::string& bucket, const std::string& key, const std::string& upload_id
);

using UploadParts = std::vector<std::shared_ptr<const UploadPartRow>>;

/// What has come of an upload, in the order of the numbers.
UploadParts parts_of(const Reader& rows, const std::string& upload_id);

/// Takes an upload and its parts away; adds their contents to `gone`.
void erase_upload(Tx& tx, const MultipartUploadRow& upload, std::vector<std::string>& gone);

}  // namespace roadstead::s3
