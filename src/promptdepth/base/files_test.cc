#include "promptdepth/base/files.h"

#include <fstream>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) /
              fmt::format("files_test_{}", ::testing::UnitTest::GetInstance()->random_seed());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  int entry_count() const {
    return static_cast<int>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(Files, ReadsWhatItWrote) {
  write_file_atomically(folder_ / "a.txt", "metres");
  EXPECT_EQ(read_text_file(folder_ / "a.txt"), "metres");
  EXPECT_EQ(entry_count(), 1);
}

TEST_F(Files, FailedWriteKeepsTheOldContentAndLeavesNothingBehind) {
  write_file_atomically(folder_ / "a.txt", "old");
  EXPECT_THROW(write_atomically(folder_ / "a.txt",
                                [](const fs::path& temporary) {
                                  std::ofstream(temporary) << "half";
                                  fail(ErrorKind::kIo, "disk full");
                                }),
               Error);
  EXPECT_EQ(read_text_file(folder_ / "a.txt"), "old");
  EXPECT_EQ(entry_count(), 1);
}

TEST_F(Files, NamesTheMissingFolder) {
  try {
    write_file_atomically(folder_ / "none" / "a.txt", "x");
    FAIL() << "wrote into a missing folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_NE(std::string(error.what()).find("none"), std::string::npos);
  }
}

TEST_F(Files, MakesFoldersOrSaysWhyNot) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "deep/er";
  make_folders(folder);
  make_folders(folder);
  EXPECT_TRUE(std::filesystem::is_directory(folder));
  write_file_atomically(folder / "file", "x");
  EXPECT_THROW(make_folders(folder / "file" / "below"), Error);
}

TEST_F(Files, RefusesMoreThanTheBound) {
  write_file_atomically(folder_ / "a.txt", "12345");
  EXPECT_NO_THROW(read_file(folder_ / "a.txt", 5));
  EXPECT_THROW(read_file(folder_ / "a.txt", 4), Error);
}

}  // namespace
}  // namespace promptdepth
