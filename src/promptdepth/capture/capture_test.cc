#include "promptdepth/capture/capture.h"

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using testing::HasSubstr;

void write_recording(const TestFolder& folder, const std::string& name) {
  folder.image(name + "/frame-000000.color.png", ramp_image(8, 6));
  folder.depth(name + "/frame-000000.depth.png", DepthMap(8, 6, 1));
}

std::string refusal(const std::filesystem::path& path) {
  try {
    open_capture(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(OpenCapture, FindsTheOnlyRecordingInAFolder) {
  const TestFolder folder;
  folder.text("notes/read.me", "");
  write_recording(folder, "seq-01");
  EXPECT_EQ(open_capture(folder.path())->size(), 1U);
  write_recording(folder, "seq-02");
  EXPECT_THAT(refusal(folder.path()), HasSubstr("'seq-01' and 'seq-02'"));
  EXPECT_EQ(open_capture(folder.path() / "seq-02")->size(), 1U);
}

TEST(OpenCapture, SaysWhatItLookedFor) {
  const TestFolder folder;
  EXPECT_THAT(refusal(folder.path()), HasSubstr("3DMatch"));
  EXPECT_THAT(refusal(folder.path() / "none"), HasSubstr("no such folder"));
}

}  // namespace
}  // namespace promptdepth
