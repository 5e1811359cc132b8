#include "proxy/certificates/certificate_authority.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

class CertificateAuthorityTest : public testing::Test {
 protected:
  void SetUp() override { directory_ = make_temporary_directory("/tmp", "roadstead-ca-").value(); }
  void TearDown() override { ASSERT_TRUE(remove_tree(directory_)); }

  std::string directory_;
  Instant now_ = Instant::from_seconds(1'790'000'000);
};

mode_t mode_of(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
}

TEST(Issue, AnAuthorityIsGoodForTenYears) {
  auto now = Instant::from_seconds(1'790'000'000);
  auto authority = make_authority("Roadstead local CA (box)", now);
  ASSERT_TRUE(authority);
  auto facts = read_certificate(authority->certificate_pem);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->subject, "Roadstead local CA (box)");
  EXPECT_EQ(facts->issuer, facts->subject);
  EXPECT_TRUE(facts->is_authority);
  EXPECT_EQ(facts->not_after - facts->not_before, std::chrono::duration_cast<Duration>(std::chrono::days(3650)));
  EXPECT_LT(facts->not_before, now);
}

TEST(Issue, AHostCertificateNamesItsHostOnly) {
  auto now = Instant::from_seconds(1'790'000'000);
  auto authority = make_authority("ca", now);
  auto other = make_authority("ca", now);
  ASSERT_TRUE(authority && other);
  for (const std::string host : {"web.localhost", "*.example.com", "127.0.0.1"}) {
    auto issued = issue_certificate(*authority, host, now);
    ASSERT_TRUE(issued) << host;
    EXPECT_TRUE(is_signed_by(issued->certificate_pem, authority->certificate_pem, host)) << host;
    EXPECT_FALSE(is_signed_by(issued->certificate_pem, authority->certificate_pem, "evil.localhost")) << host;
    EXPECT_FALSE(is_signed_by(issued->certificate_pem, other->certificate_pem, host)) << host;
    auto facts = read_certificate(issued->certificate_pem);
    ASSERT_TRUE(facts);
    EXPECT_FALSE(facts->is_authority);
    EXPECT_EQ(facts->not_after - facts->not_before, std::chrono::duration_cast<Duration>(std::chrono::days(397)));
  }
}

TEST(Issue, AHostLongerThanACommonNameStillWorks) {
  auto now = Instant::from_seconds(1'790'000'000);
  auto authority = make_authority("ca", now);
  auto host = cat(std::string(60, 'a'), ".", std::string(60, 'b'), ".localhost");
  auto issued = issue_certificate(*authority, host, now);
  ASSERT_TRUE(issued);
  EXPECT_TRUE(is_signed_by(issued->certificate_pem, authority->certificate_pem, host));
}

TEST(Issue, RubbishIsRefused) {
  EXPECT_FALSE(read_certificate("no certificate"));
  EXPECT_FALSE(issue_certificate({"a", "b"}, "x", Instant{}));
}

TEST_F(CertificateAuthorityTest, IsMadeOnceAndKept) {
  auto first = CertificateAuthority::open(directory_, "box", now_);
  ASSERT_TRUE(first);
  auto second = CertificateAuthority::open(directory_, "other", now_ + std::chrono::hours(1));
  ASSERT_TRUE(second);
  EXPECT_EQ(first->certificate_pem(), second->certificate_pem());
  EXPECT_EQ(mode_of(cat(directory_, "/authority.key")), 0600u);
  EXPECT_EQ(mode_of(CertificateAuthority::certificate_path(directory_)), 0644u);
}

TEST_F(CertificateAuthorityTest, ABrokenAuthorityIsNotReplaced) {
  ASSERT_TRUE(CertificateAuthority::open(directory_, "box", now_));
  ASSERT_TRUE(write_file_atomic(CertificateAuthority::certificate_path(directory_), "broken"));
  EXPECT_FALSE(CertificateAuthority::open(directory_, "box", now_));
}

TEST_F(CertificateAuthorityTest, ACertificateIsKeptUntilAThirdOfItsLifeIsLeft) {
  auto authority = CertificateAuthority::open(directory_, "box", now_);
  auto path = cat(directory_, "/host-web.localhost.pem");
  auto first = authority->ensure(path, "web.localhost", now_);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->renewed);
  EXPECT_EQ(mode_of(path), 0600u);
  auto later = authority->ensure(path, "web.localhost", now_ + std::chrono::duration_cast<Duration>(std::chrono::days(200)));
  ASSERT_TRUE(later);
  EXPECT_FALSE(later->renewed);
  EXPECT_EQ(later->pem, first->pem);
  auto renewed = authority->ensure(path, "web.localhost", now_ + std::chrono::duration_cast<Duration>(std::chrono::days(270)));
  ASSERT_TRUE(renewed);
  EXPECT_TRUE(renewed->renewed);
  EXPECT_GT(renewed->not_after, first->not_after);
}

TEST_F(CertificateAuthorityTest, ACertificateOfAnotherAuthorityIsReplaced) {
  auto authority = CertificateAuthority::open(directory_, "box", now_);
  auto other = CertificateAuthority::open(cat(directory_, "/other"), "box", now_);
  auto path = cat(directory_, "/host-web.localhost.pem");
  ASSERT_TRUE(other->ensure(path, "web.localhost", now_));
  auto mine = authority->ensure(path, "web.localhost", now_);
  ASSERT_TRUE(mine);
  EXPECT_TRUE(mine->renewed);
}

}  // namespace
}  // namespace roadstead
