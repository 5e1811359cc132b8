#include "aws/wire/rest/rest_xml.h"

#include <gtest/gtest.h>

#include "api/s3/create_bucket.gen.h"
#include "api/s3/delete_objects.gen.h"
#include "api/s3/get_bucket_location.gen.h"
#include "api/s3/get_object.gen.h"
#include "api/s3/list_objects_v2.gen.h"
#include "api/s3/put_object.gen.h"
#include "api/s3_service.gen.h"
#include "aws/wire/rest/xml_tree.h"

namespace roadstead {
namespace {

using Headers = std::vector<HeaderView>;

const ServiceModel& model() { return s3::service(); }

std::string operation_of(std::string_view method, std::string_view target, const Headers& headers = {}) {
  const auto* found = rest_xml::find_operation(model(), method, target, headers);
  return found == nullptr ? rest_xml::name_of_request(method, target) : std::string(found->name);
}

template <class In>
Result<In> read(std::string_view operation, std::string_view target, const Headers& headers = {}, std::string_view body = {}) {
  auto in = rest_xml::read_request(model(), *model().find(operation), target, headers, body);
  if (!in) return std::move(in).error();
  return *static_cast<const In*>(in->data());
}

const std::string* header(const rest_xml::Answer& answer, std::string_view name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return &value;
  }
  return nullptr;
}

TEST(RestXml, TellsOperationsApart) {
  EXPECT_EQ(operation_of("GET", "/"), "ListBuckets");
  EXPECT_EQ(operation_of("GET", "/?x-id=ListBuckets"), "ListBuckets");
  EXPECT_EQ(operation_of("PUT", "/b"), "CreateBucket");
  EXPECT_EQ(operation_of("PUT", "/b/"), "CreateBucket");
  EXPECT_EQ(operation_of("HEAD", "/b"), "HeadBucket");
  EXPECT_EQ(operation_of("GET", "/b?list-type=2&prefix=a"), "ListObjectsV2");
  EXPECT_EQ(operation_of("GET", "/b?prefix=a"), "ListObjects");
  EXPECT_EQ(operation_of("GET", "/b?location"), "GetBucketLocation");
  EXPECT_EQ(operation_of("GET", "/b?versioning"), "GetBucketVersioning");
  EXPECT_EQ(operation_of("GET", "/b/k"), "GetObject");
  EXPECT_EQ(operation_of("GET", "/b//k"), "GetObject");
  EXPECT_EQ(operation_of("GET", "/b/k?tagging"), "GetObjectTagging");
  EXPECT_EQ(operation_of("GET", "/b/a/b/?response-content-type=x"), "GetObject");
  EXPECT_EQ(operation_of("PUT", "/b/k"), "PutObject");
  EXPECT_EQ(operation_of("PUT", "/b/k", {{"X-Amz-Copy-Source", "b/o"}}), "CopyObject");
  EXPECT_EQ(operation_of("PUT", "/b/k?partNumber=1&uploadId=x"), "UploadPart");
  EXPECT_EQ(operation_of("PUT", "/b/k?partNumber=1&uploadId=x", {{"X-Amz-Copy-Source", "b/o"}}), "UploadPartCopy");
  EXPECT_EQ(operation_of("POST", "/b/k?uploads"), "CreateMultipartUpload");
  EXPECT_EQ(operation_of("POST", "/b/k?uploadId=x"), "CompleteMultipartUpload");
  EXPECT_EQ(operation_of("GET", "/b/k?uploadId=x&max-parts=2"), "ListParts");
  EXPECT_EQ(operation_of("GET", "/b?uploads&prefix=a"), "ListMultipartUploads");
  EXPECT_EQ(operation_of("POST", "/b?delete"), "DeleteObjects");
  EXPECT_EQ(operation_of("DELETE", "/b/k"), "DeleteObject");
  EXPECT_EQ(operation_of("DELETE", "/b/k?uploadId=x"), "AbortMultipartUpload");
}

TEST(RestXml, NamesWhatNobodyAnswers) {
  EXPECT_EQ(operation_of("GET", "/b?acl"), "GET ?acl");
  EXPECT_EQ(operation_of("PUT", "/b/k?tagging"), "PUT ?tagging");
  EXPECT_EQ(operation_of("PATCH", "/b/k"), "PATCH");
  EXPECT_EQ(operation_of("GET", "//k"), "GET");
}

TEST(RestXml, ReadsPathQueryHeadersAndBytes) {
  auto in = read<s3::PutObjectRequest>(
      "PutObject", "/b/a%20b/%C3%A9", {{"Content-Type", "text/plain"}, {"X-Amz-Meta-Color", "red"}, {"x-amz-acl", "private"}}, "bytes"
  );
  ASSERT_TRUE(in) << in.error().message;
  EXPECT_EQ(in->bucket, "b");
  EXPECT_EQ(in->key, "a b/é");
  EXPECT_EQ(in->content_type, "text/plain");
  EXPECT_EQ(in->acl, s3::ObjectCannedACL::private_);
  EXPECT_EQ(in->metadata, (std::map<std::string, std::string>{{"color", "red"}}));
  EXPECT_EQ(in->body, "bytes");
  auto list = read<s3::ListObjectsV2Request>("ListObjectsV2", "/b?list-type=2&prefix=a%2Fb&max-keys=5&encoding-type=url&fetch-owner=true");
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->prefix, "a/b");
  EXPECT_EQ(list->max_keys, 5);
  EXPECT_EQ(list->encoding_type, s3::EncodingType::url);
  EXPECT_EQ(list->fetch_owner, true);
}

TEST(RestXml, ReadsXml) {
  auto in = read<s3::DeleteObjectsRequest>(
      "DeleteObjects", "/b?delete", {},
      "<?xml version=\"1.0\"?><!-- x --><Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a&amp;b</Key></Object>"
      "<Object><Key><![CDATA[<c>]]></Key></Object><Quiet>true</Quiet></Delete>"
  );
  ASSERT_TRUE(in) << in.error().message;
  ASSERT_EQ(in->delete_.objects.size(), 2U);
  EXPECT_EQ(in->delete_.objects[0].key, "a&b");
  EXPECT_EQ(in->delete_.objects[1].key, "<c>");
  EXPECT_EQ(in->delete_.quiet, true);
  auto bucket = read<s3::CreateBucketRequest>(
      "CreateBucket", "/b", {}, "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>"
  );
  ASSERT_TRUE(bucket) << bucket.error().message;
  EXPECT_EQ(bucket->create_bucket_configuration->location_constraint, s3::BucketLocationConstraint::eu_west_1);
  EXPECT_FALSE(read<s3::CreateBucketRequest>("CreateBucket", "/b")->create_bucket_configuration);
}

TEST(RestXml, RefusesWhatIsNotOfTheModel) {
  auto code = [](const auto& result) { return result ? std::string() : result.error().code; };
  using Delete = s3::DeleteObjectsRequest;
  for (const char* body : {"", "x", "<Delete>", "<Delete></Other>", "<Other/>", "<Delete/>", "<Delete><Object/></Delete>", "<!DOCTYPE x><Delete/>",
                           "<Delete>&unknown;</Delete>", "<Delete>&#0;</Delete>", "<Delete/><Delete/>"}) {
    EXPECT_EQ(code(read<Delete>("DeleteObjects", "/b?delete", {}, body)), "MalformedXML") << body;
  }
  EXPECT_EQ(code(read<s3::ListObjectsV2Request>("ListObjectsV2", "/b?list-type=2&max-keys=many")), "InvalidArgument");
  EXPECT_EQ(code(read<s3::PutObjectRequest>("PutObject", "/b/k", {{"x-amz-acl", "mine"}})), "InvalidArgument");
  EXPECT_EQ(code(read<s3::PutObjectRequest>("PutObject", "/b/%ff")), "InvalidURI");
  EXPECT_EQ(code(read<s3::PutObjectRequest>("PutObject", "/b/%zz")), "InvalidURI");
}

TEST(RestXml, AnswersWithHeadersAndBytes) {
  s3::GetObjectOutput out;
  out.body = "bytes";
  out.e_tag = "\"e\"";
  out.last_modified = Instant::from_seconds(0);
  out.content_length = 5;
  out.metadata.emplace()["color"] = "red";
  auto answer = rest_xml::write_response(*model().find("GetObject"), &out);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "bytes");
  EXPECT_FALSE(answer.is_xml);
  ASSERT_NE(header(answer, "ETag"), nullptr);
  EXPECT_EQ(*header(answer, "ETag"), "\"e\"");
  EXPECT_EQ(*header(answer, "Last-Modified"), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(*header(answer, "Content-Length"), "5");
  EXPECT_EQ(*header(answer, "x-amz-meta-color"), "red");
  EXPECT_EQ(header(answer, "Cache-Control"), nullptr);
  out.content_range = "bytes 0-4/10";
  EXPECT_EQ(rest_xml::write_response(*model().find("GetObject"), &out).status, 206);
}

TEST(RestXml, AnswersInXml) {
  s3::ListObjectsV2Output out;
  out.name = "b";
  out.is_truncated = false;
  out.contents.emplace().emplace_back().key = "a<b";
  out.common_prefixes.emplace().emplace_back().prefix = "c/";
  auto answer = rest_xml::write_response(*model().find("ListObjectsV2"), &out);
  EXPECT_EQ(
      answer.body,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false"
      "</IsTruncated><Contents><Key>a&lt;b</Key></Contents><Name>b</Name><CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes></ListBucketResult>"
  );
  s3::GetBucketLocationOutput location;
  location.location_constraint = s3::BucketLocationConstraint::eu_west_1;
  EXPECT_EQ(
      rest_xml::write_response(*model().find("GetBucketLocation"), &location).body,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>"
  );
  Done nothing;
  auto deleted = rest_xml::write_response(*model().find("DeleteBucket"), &nothing);
  EXPECT_EQ(deleted.status, 204);
  EXPECT_EQ(deleted.body, "");
}

TEST(XmlTree, KeepsWithinBounds) {
  std::string deep;
  for (int level = 0; level < 40; ++level) deep += "<a>";
  EXPECT_FALSE(parse_xml(deep));
  auto tree = parse_xml("<a x='>'><b>1&#x41;&#233;</b> t <c/></a>");
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->find("b")->text, "1Aé");
  EXPECT_EQ(tree->text, " t ");
  EXPECT_NE(tree->find("c"), nullptr);
  EXPECT_EQ(tree->find("d"), nullptr);
}

}  // namespace
}  // namespace roadstead
