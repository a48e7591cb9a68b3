#include "promptdepth/tensor/zip_archive.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/tensor/checkpoint_writer_for_test.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kLimit = 1 << 20;

class Zip : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  /// The bytes that libzip writes.
  std::vector<std::byte> written(const testing::ZipFiles& files, bool deflated = false) {
    testing::write_zip(path_, files, deflated);
    return read_file(path_);
  }

  const std::filesystem::path path_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string("zip_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Changes the last occurrence of `from` (the directory's, where a header has two).
void replace(std::vector<std::byte>& content, std::string_view from, std::string_view to) {
  ASSERT_EQ(from.size(), to.size());
  const auto wanted = std::as_bytes(std::span(from));
  const auto found = std::find_end(content.begin(), content.end(), wanted.begin(), wanted.end());
  ASSERT_NE(found, content.end());
  std::ranges::copy(std::as_bytes(std::span(to)), found);
}

TEST_F(Zip, ReadsWhatLibzipStores) {
  const auto content =
      written({{"b/data", "some bytes"}, {"a", ""}, {"c", std::string(3000, 'x')}});
  const ZipArchive archive(content, "'test'");
  ASSERT_EQ(archive.entries().size(), 3U);
  EXPECT_EQ(archive.entries()[0].name, "a");
  const ZipEntry* entry = archive.find("b/data");
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(ZipArchive::is_stored(*entry));
  EXPECT_EQ(text_of(archive.stored_bytes(*entry)), "some bytes");
  EXPECT_EQ(text_of(archive.read(*entry, kLimit)), "some bytes");
  EXPECT_TRUE(archive.read(*archive.find("a"), kLimit).empty());
  EXPECT_EQ(archive.find("b"), nullptr);
}

TEST_F(Zip, UnpacksWhatLibzipDeflates) {
  std::string text;
  for (int i = 0; i < 10000; ++i) text += std::to_string(i);
  const auto content = written({{"a", text}, {"zeros", std::string(500000, '\0')}}, true);
  const ZipArchive archive(content, "'test'");
  EXPECT_FALSE(ZipArchive::is_stored(*archive.find("a")));
  EXPECT_EQ(text_of(archive.read(*archive.find("a"), kLimit)), text);
  EXPECT_EQ(archive.read(*archive.find("zeros"), kLimit).size(), 500000U);
}

TEST_F(Zip, RefusesMoreThanItsCallerAllows) {
  const auto content = written({{"zeros", std::string(500000, '\0')}}, true);
  const ZipArchive archive(content, "'test'");
  EXPECT_THROW(archive.read(*archive.find("zeros"), 499999), Error);
}

TEST_F(Zip, RefusesMoreThanDeflateCanHold) {
  const auto content = written({{"zeros", std::string(5000, '\0')}}, true);
  const ZipArchive archive(content, "'test'");
  ZipEntry entry = *archive.find("zeros");
  entry.size = std::uint64_t{1} << 40;
  EXPECT_THROW(archive.read(entry, ~std::uint64_t{0}), Error);
}

TEST_F(Zip, FindsTheDirectoryBehindAComment) {
  auto content = written({{"a", "text"}});
  content[content.size() - 2] = std::byte{5};
  for (const char c : {'h', 'e', 'l', 'l', 'o'}) content.push_back(static_cast<std::byte>(c));
  EXPECT_NE(ZipArchive(content, "'test'").find("a"), nullptr);
}

TEST_F(Zip, NoticesBytesThatDoNotMatchTheirChecksum) {
  for (const bool deflated : {false, true}) {
    auto content = written({{"a", std::string(100, 'x')}}, deflated);
    content[deflated ? 33 : 50] ^= std::byte{4};
    const ZipArchive archive(content, "'test'");
    EXPECT_THROW(archive.read(*archive.find("a"), kLimit), Error) << deflated;
  }
}

TEST_F(Zip, RefusesTheSameNameTwice) {
  auto content = written({{"aa", "1"}, {"ab", "2"}});
  replace(content, "ab", "aa");
  EXPECT_THROW(ZipArchive(content, "'test'"), Error);
}

TEST_F(Zip, RefusesEncryptedEntriesAndOtherMethods) {
  auto content = written({{"a", "text"}});
  const std::size_t directory = content.size() - 22 - 47;
  content[directory + 8] |= std::byte{1};
  const ZipArchive encrypted(content, "'test'");
  EXPECT_THROW(encrypted.read(*encrypted.find("a"), kLimit), Error);
  content[directory + 8] = std::byte{0};
  content[directory + 10] = std::byte{12};
  const ZipArchive bzip2(content, "'test'");
  try {
    bzip2.read(*bzip2.find("a"), kLimit);
    FAIL() << "expected an Error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnsupported);
    EXPECT_THAT(error.what(), HasSubstr("method 12"));
  }
}

/// A hand-made archive of one file whose numbers all stand in the zip64 records.
std::string zip64_archive() {
  const auto u16 = [](std::uint16_t value) { return testing::bytes_of<std::uint16_t>({value}); };
  const auto u32 = [](std::uint32_t value) { return testing::bytes_of<std::uint32_t>({value}); };
  const auto u64 = [](std::uint64_t value) { return testing::bytes_of<std::uint64_t>({value}); };
  const std::string body = "text";
  const std::uint32_t crc = 0x3b8ba7c7;  // CRC-32 of "text"
  const std::string local = u32(0x04034b50) + u16(45) + u16(0) + u16(0) + u32(0) + u32(crc) +
                            u32(~0U) + u32(~0U) + u16(1) + u16(0) + "a" + body;
  const std::string extra =
      u16(0x9999) + u16(2) + "??" + u16(1) + u16(24) + u64(4) + u64(4) + u64(0);
  const std::string entry = u32(0x02014b50) + u32(45) + u16(0) + u16(0) + u32(0) + u32(crc) +
                            u32(~0U) + u32(~0U) + u16(1) +
                            u16(static_cast<std::uint16_t>(extra.size())) + u16(0) + u16(0) +
                            u16(0) + u32(0) + u32(~0U) + "a" + extra;
  const std::string end64 = u32(0x06064b50) + u64(44) + u32(0) + u32(0) + u32(0) + u64(1) + u64(1) +
                            u64(entry.size()) + u64(local.size());
  const std::string locator = u32(0x07064b50) + u32(0) + u64(local.size() + entry.size()) + u32(1);
  const std::string end = u32(0x06054b50) + u32(0) + u32(~0U) + u32(~0U) + u32(~0U) + u16(0);
  return local + entry + end64 + locator + end;
}

TEST_F(Zip, ReadsZip64) {
  const std::string content = zip64_archive();
  const ZipArchive archive(std::as_bytes(std::span(content)), "'test'");
  EXPECT_EQ(text_of(archive.read(*archive.find("a"), kLimit)), "text");
}

/// Opens and reads everything; returns whether nothing was refused.
bool reads(std::span<const std::byte> content) {
  try {
    const ZipArchive archive(content, "'test'");
    for (const ZipEntry& entry : archive.entries()) archive.read(entry, kLimit);
    return true;
  } catch (const Error& error) {
    EXPECT_NE(error.kind(), ErrorKind::kInternal) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("'test'"));
    return false;
  }
}

TEST_F(Zip, RefusesEveryTruncation) {
  for (const bool deflated : {false, true}) {
    const auto content = written({{"a", "some text"}, {"b", std::string(50, 'x')}}, deflated);
    ASSERT_TRUE(reads(content));
    for (std::size_t size = 0; size < content.size(); ++size) {
      EXPECT_FALSE(reads(std::span(content).first(size))) << size;
    }
  }
}

TEST_F(Zip, ReadsOrRefusesEveryFlippedBit) {
  const auto stored = written({{"a", "some text"}, {"b", std::string(50, 'x')}});
  const auto deflated = written({{"a", "some text"}, {"b", std::string(50, 'x')}}, true);
  const std::string zip64 = zip64_archive();
  const auto zip64_bytes = std::as_bytes(std::span(zip64));
  int refused = 0;
  for (const std::span<const std::byte> whole :
       {std::span<const std::byte>(stored), std::span<const std::byte>(deflated), zip64_bytes}) {
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      std::vector<std::byte> flipped(whole.begin(), whole.end());
      flipped[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
      if (!reads(flipped)) ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace promptdepth
