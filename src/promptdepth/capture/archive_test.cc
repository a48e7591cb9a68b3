#include "promptdepth/capture/archive.h"

#include <map>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <zip.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/capture.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Writes an archive with these files; those in `links` as symbolic links.
fs::path write_archive(const TestFolder& folder, const std::map<std::string, std::string>& files,
                       const std::string& link = "") {
  fs::path path = folder.file("a.zip");
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : files) {
    zip_source_t* source = zip_source_buffer(zip, content.data(), content.size(), 0);
    const zip_int64_t index = zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (name == link) {
      zip_file_set_external_attributes(zip, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                       static_cast<zip_uint32_t>(S_IFLNK | 0777) << 16);
    }
  }
  EXPECT_EQ(zip_close(zip), 0);
  return path;
}

std::size_t temporary_folders() {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::temp_directory_path())) {
    if (entry.path().filename().string().starts_with("promptdepth_") &&
        entry.path().filename().string().size() == std::string("promptdepth_XXXXXX").size()) {
      ++count;
    }
  }
  return count;
}

void expect_refused(const fs::path& path, const std::string& part,
                    const ArchiveLimits& limits = {}) {
  const std::size_t before = temporary_folders();
  try {
    const UnpackedArchive archive(path, limits);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
  EXPECT_EQ(temporary_folders(), before);
}

TEST(Archive, UnpacksForAsLongAsItLives) {
  const TestFolder folder;
  const fs::path path = write_archive(
      folder, {{"a/b/c.txt", "content"}, {"a/empty", ""}, {"__MACOSX/a/._c", "no"}, {"d/", ""}});
  fs::path unpacked;
  {
    const UnpackedArchive archive(path);
    unpacked = archive.folder();
    EXPECT_EQ(read_text_file(unpacked / "a/b/c.txt"), "content");
    EXPECT_EQ(fs::file_size(unpacked / "a/empty"), 0U);
    EXPECT_FALSE(fs::exists(unpacked / "__MACOSX"));
  }
  EXPECT_FALSE(fs::exists(unpacked));
}

TEST(Archive, NeverLeadsOutOfItsFolder) {
  const TestFolder folder;
  for (const char* name : {"../evil", "a/../../evil", "/tmp/promptdepth_evil", "..\\evil", ".."}) {
    expect_refused(write_archive(folder, {{name, "evil"}}), "leads out");
  }
  expect_refused(write_archive(folder, {{"a", "/etc"}, {"a/b", "x"}}, "a"), "link");
  EXPECT_FALSE(fs::exists("/tmp/promptdepth_evil"));
  EXPECT_FALSE(fs::exists(folder.path() / "evil"));
}

TEST(Archive, ThatIsABombIsRefused) {
  const TestFolder folder;
  // 64 MiB of zeros in 64 KiB.
  expect_refused(write_archive(folder, {{"zeros", std::string(std::size_t{1} << 26, '\0')}}),
                 "hundred times");
  expect_refused(write_archive(folder, {{"a", ""}, {"b", ""}, {"c", ""}}), "at most 2 files",
                 {.most_files = 2});
}

TEST(Archive, ThatIsDamagedIsRefused) {
  const TestFolder folder;
  std::string content(100'000, '?');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * i % 251);
  const fs::path path = write_archive(folder, {{"a", content}});
  std::string bytes = read_text_file(path);
  bytes[200] = static_cast<char>(bytes[200] + 1);
  folder.text("a.zip", bytes);
  expect_refused(path, "damaged");
  folder.text("a.zip", bytes.substr(0, bytes.size() / 2));
  expect_refused(path, "zip archive");
  folder.text("a.zip", "");
  EXPECT_FALSE(is_zip(path));
}

TEST(Archive, HoldsARecording) {
  const TestFolder folder;
  folder.image("color.png", ramp_image(8, 6));
  folder.depth("depth.png", DepthMap(8, 6, 1.5F));
  const fs::path path = write_archive(
      folder, {{"seq/frame-000000.color.png", read_text_file(folder.file("color.png"))},
               {"seq/frame-000000.depth.png", read_text_file(folder.file("depth.png"))}});
  const std::size_t before = temporary_folders();
  {
    const auto capture = open_capture(path);
    EXPECT_EQ(capture->format(), "3DMatch");
    EXPECT_EQ(capture->frame_name(0), "frame-000000");
    EXPECT_EQ(capture->stream({})->next()->prompt.at(0, 0), 1.5F);
    EXPECT_EQ(temporary_folders(), before + 1);
  }
  EXPECT_EQ(temporary_folders(), before);
}

}  // namespace
}  // namespace promptdepth
