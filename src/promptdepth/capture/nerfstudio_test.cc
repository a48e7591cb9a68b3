#include "promptdepth/capture/nerfstudio.h"

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using Eigen::Vector3d;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kFrames = R"("frames": [
  {"file_path": "images/frame_00001.png", "depth_file_path": "depths/frame_00001.png",
   "transform_matrix": [[1,0,0,1],[0,1,0,2],[0,0,1,3],[0,0,0,1]]},
  {"file_path": "./images/frame_00002", "depth_file_path": "depths/frame_00002.npy",
   "transform_matrix": [[1,0,0,1],[0,1,0,2],[0,0,1,4],[0,0,0,1]],
   "fl_x": 60, "fl_y": 61, "cx": 30, "cy": 20, "w": 64, "h": 48}]})";

void write_files(const TestFolder& folder, float stored) {
  for (const char* name : {"images/frame_00001.png", "images/frame_00002.png"}) {
    folder.image(name, ramp_image(64, 48));
  }
  folder.depth("depths/frame_00001.png", DepthMap(64, 48, 0.001F * stored));  // Thousandths.
  folder.depth("depths/frame_00002.npy", DepthMap(64, 48, stored));
}

TEST(Nerfstudio, TurnsOpenGlPosesAndReadsMillimetres) {
  const TestFolder folder;
  write_files(folder, 2500);
  folder.text("transforms.json",
              R"({"fl_x": 100, "fl_y": 101, "cx": 64, "cy": 48, "w": 128, "h": 96, )" +
                  std::string(kFrames));
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->format(), "nerfstudio");
  EXPECT_THAT(capture->problems(), IsEmpty());
  const auto stream = capture->stream({});
  const auto first = stream->next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->name, "frame_00001");
  EXPECT_NEAR(first->prompt.at(3, 3), 2.5, 1e-6);
  EXPECT_EQ(first->intrinsics->fx, 50);  // The pictures have half the camera's size.
  // The camera stands at (1, 2, 3) and looks along the world's -z; its y points down.
  EXPECT_EQ(*first->world_from_camera * Vector3d(0, 0, 1), Vector3d(1, 2, 2));
  EXPECT_EQ(*first->world_from_camera * Vector3d(0, 1, 0), Vector3d(1, 1, 3));
  const auto second = stream->next();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->intrinsics->fx, 60);
  EXPECT_NEAR(second->prompt.at(3, 3), 2.5, 1e-6);
  EXPECT_FALSE(second->image.empty());
}

TEST(Nerfstudio, ObeysTheUnitOfDepthAndTheFieldOfView) {
  const TestFolder folder;
  write_files(folder, 1000);
  folder.text("transforms.json",
              R"({"depth_unit_scale_factor": 0.002, "w": 64, "h": 48, "k1": 0.1,
                  "camera_angle_x": 1.5707963267948966, )" +
                  std::string(kFrames));
  const auto capture = open_capture(folder.path());
  EXPECT_THAT(capture->problems(), ElementsAre(HasSubstr("distortion")));
  const auto frame = capture->stream({})->next();
  EXPECT_NEAR(frame->prompt.at(3, 3), 2.0, 1e-6);
  EXPECT_NEAR(frame->intrinsics->fx, 32, 1e-9);
  EXPECT_EQ(frame->intrinsics->cx, 31.5);
}

TEST(Nerfstudio, LeavesOutWhatHasNoDepthAndPosesThatAreNone) {
  const Recording recording = parse_transforms(
      R"({"frames": [{"file_path": "a.png"}, {"depth_file_path": "b.png"}, 7,
          {"file_path": "c.png", "depth_file_path": "c.png", "transform_matrix": [[1, 0], [0, 1]]},
          {"file_path": "d.png", "depth_file_path": "d.png", "transform_matrix":
           [[null, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}]})",
      "folder");
  ASSERT_EQ(recording.frames.size(), 2U);
  EXPECT_FALSE(recording.frames[0].world_from_camera);
  EXPECT_FALSE(recording.frames[1].world_from_camera);
  EXPECT_FALSE(recording.intrinsics);
  EXPECT_THAT(recording.problems.sentences(),
              ElementsAre("pictures without depth: 1, a.png", "frames without file_path: 2"));
  for (const char* text :
       {"", "[]", "{}", R"({"frames": 1})", R"({"frames": [], "depth_unit_scale_factor": -1})"}) {
    EXPECT_THROW(parse_transforms(text, "folder"), Error) << text;
  }
}

}  // namespace
}  // namespace promptdepth
