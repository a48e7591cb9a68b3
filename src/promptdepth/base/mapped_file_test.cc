#include "promptdepth/base/mapped_file.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

TEST(MappedFile, SeesTheBytesAlsoAfterDiscardingThem) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "mapped.bin";
  const std::string content(20000, 'z');
  write_file_atomically(path, content);
  const auto file = MappedFile::open(path);
  file->read_ahead();
  file->discard(file->bytes());
  ASSERT_EQ(file->bytes().size(), content.size());
  EXPECT_EQ(std::memcmp(file->bytes().data(), content.data(), content.size()), 0);
  std::filesystem::remove(path);
}

TEST(MappedFile, MapsAnEmptyFileToNothing) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "empty.bin";
  write_file_atomically(path, "");
  EXPECT_TRUE(MappedFile::open(path)->bytes().empty());
  std::filesystem::remove(path);
}

TEST(MappedFile, RefusesFoldersAndMissingFiles) {
  EXPECT_THROW(MappedFile::open(::testing::TempDir()), Error);
  EXPECT_THROW(MappedFile::open("/nonexistent/file"), Error);
}

}  // namespace
}  // namespace promptdepth
