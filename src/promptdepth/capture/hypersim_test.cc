#include "promptdepth/capture/hypersim.h"

#include <cmath>

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/capture/hdf5_file_for_test.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kWidth = 32;
constexpr int kHeight = 24;

/// Distances from the camera to the plane z = 2 m.
Hdf5Array distances_of_plane(double focal_px) {
  Hdf5Array distance{.shape = {kHeight, kWidth}, .values = {}};
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      const double right = (x - (kWidth - 1) / 2.0) / focal_px;
      const double down = (y - (kHeight - 1) / 2.0) / focal_px;
      distance.values.push_back(static_cast<float>(2 * std::hypot(right, down, 1.0)));
    }
  }
  return distance;
}

/// Linear grey of 1 everywhere, and 100 where entity is -1 (a lamp behind the window).
Hdf5Array grey(const Hdf5Array& entities) {
  Hdf5Array color{.shape = {kHeight, kWidth, 3}, .values = {}};
  for (const float entity : entities.values) {
    color.values.insert(color.values.end(), 3, entity == -1 ? 100.0F : 1.0F);
  }
  return color;
}

Hdf5Array entities_with_window() {
  Hdf5Array entities{.shape = {kHeight, kWidth}, .values = {}};
  for (int i = 0; i < kWidth * kHeight; ++i) entities.values.push_back(i % 3 == 0 ? -1 : 5);
  return entities;
}

const double kUsualFocal = kWidth / 2 / std::tan(M_PI / 6);

/// A frame of the published layout.
void write_frame(const TestFolder& folder, const std::string& scene, const std::string& camera,
                 const std::string& frame, double focal_px = kUsualFocal) {
  const std::string images = scene + "/images/scene_" + camera;
  const hid_t half = make_half_type();
  const Hdf5Array entities = entities_with_window();
  write_hdf5(folder.file(images + "_final_hdf5/" + frame + ".color.hdf5"), grey(entities), half);
  Hdf5Array distance = distances_of_plane(focal_px);
  distance.values[5] = std::nanf("");
  write_hdf5(folder.file(images + "_geometry_hdf5/" + frame + ".depth_meters.hdf5"), distance,
             half);
  write_hdf5(folder.file(images + "_geometry_hdf5/" + frame + ".render_entity_id.hdf5"), entities,
             H5T_STD_I32LE);
  H5Tclose(half);
}

std::string camera_table(const std::string& rows) {
  std::string header = "scene_name,settings_output_img_height";
  for (int i = 0; i < 9; ++i) header += fmt::format(",M_cam_from_uv_{}{}", i / 3, i % 3);
  return header + "\n" + rows;
}

constexpr const char* kSplitHeader =
    "scene_name,camera_name,frame_id,included_in_public_release,exclude_reason,"
    "split_partition_name\n";

std::vector<std::string> names_of(const DataSet& data) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < data.size(); ++i) names.push_back(data.frame_name(i));
  return names;
}

TEST(Hypersim, TurnsDistancesIntoPlanarDepthAndToneMaps) {
  const TestFolder folder;
  write_frame(folder, "ai_001_001", "cam_00", "frame.0000");
  folder.text("metadata_camera_parameters.csv",
              camera_table("ai_001_001,24.0,0.57735026,0,0,0,0.43301270,0,0,0,-1\n"));
  folder.text("metadata_images_split_scene_v1.csv",
              std::string(kSplitHeader) + "ai_001_001,cam_00,0,True,,train\n");
  const auto data = open_hypersim(folder.path(), "train");
  EXPECT_THAT(data->problems(), testing::IsEmpty());
  ASSERT_EQ(data->size(), 1U);
  const Frame frame = data->read(0);
  EXPECT_EQ(frame.name, "ai_001_001/cam_00/frame.0000");
  ASSERT_EQ(frame.image.width, kWidth);
  ASSERT_EQ(frame.depth.height, kHeight);
  for (int i = 0; i < kWidth * kHeight; ++i) {
    // Half precision: 11 bits.
    ASSERT_NEAR(frame.depth.values[static_cast<std::size_t>(i)], i == 5 ? 0 : 2, 2e-3) << i;
    ASSERT_NEAR(frame.image.rgb[3 * static_cast<std::size_t>(i)], i % 3 == 0 ? 1 : 0.8, 1e-5) << i;
  }
  EXPECT_TRUE(frame.prompt.empty());
  ASSERT_TRUE(frame.intrinsics);
  EXPECT_NEAR(frame.intrinsics->fx, kUsualFocal, 1e-5);
  EXPECT_NEAR(frame.intrinsics->fy, kUsualFocal, 1e-5);
  EXPECT_NEAR(frame.intrinsics->cx, 15.5, 1e-9);
  EXPECT_NEAR(frame.intrinsics->cy, 11.5, 1e-9);
}

TEST(Hypersim, UsesTheUsualCameraAndAllFramesWithoutItsTables) {
  const TestFolder folder;
  write_frame(folder, "ai_002_003", "cam_01", "frame.0007");
  const auto data = open_hypersim(folder.path(), "train");
  EXPECT_THAT(data->problems(), ElementsAre(HasSubstr("metadata_camera_parameters.csv"),
                                            HasSubstr("metadata_images_split_scene_v1.csv")));
  EXPECT_NEAR(data->read(0).depth.at(0, 0), 2, 2e-3);
}

TEST(Hypersim, ListsThePublicFramesOfTheSplitThatAreThere) {
  const TestFolder folder;
  for (const char* frame : {"frame.0000", "frame.0001", "frame.0002", "frame.0010"}) {
    write_frame(folder, "ai_001_001", "cam_00", frame);
  }
  write_frame(folder, "ai_001_002", "cam_00", "frame.0000");
  folder.text("evermotion_dataset/analysis/metadata_images_split_scene_v1.csv",
              std::string(kSplitHeader) + "ai_001_001,cam_00,0,True,,train\n" +
                  "ai_001_001,cam_00,1,False,broken scene,train\n" +
                  "ai_001_001,cam_00,2,True,,val\n" + "ai_001_001,cam_00,10,True,,train\n" +
                  "ai_001_002,cam_00,0,True,,train\n" + "ai_009_001,cam_00,0,True,,train\n");
  EXPECT_THAT(names_of(*open_hypersim(folder.path(), "train")),
              ElementsAre("ai_001_001/cam_00/frame.0000", "ai_001_001/cam_00/frame.0010",
                          "ai_001_002/cam_00/frame.0000"));
  EXPECT_THAT(names_of(*open_hypersim(folder.path(), "val")),
              ElementsAre("ai_001_001/cam_00/frame.0002"));
  EXPECT_THROW(open_hypersim(folder.path(), "test"), Error);
  EXPECT_THROW(open_hypersim(folder.path(), "training"), Error);
  EXPECT_THROW(open_hypersim(folder.path() / "none", "train"), Error);
}

std::string error_of(const DataSet& data, std::size_t index) {
  try {
    data.read(index);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Hypersim, NamesTheFileThatIsMissingOrBroken) {
  const TestFolder folder;
  for (const char* frame : {"frame.0000", "frame.0001", "frame.0002"}) {
    write_frame(folder, "ai_001_001", "cam_00", frame);
  }
  const std::string geometry = "ai_001_001/images/scene_cam_00_geometry_hdf5/";
  std::filesystem::remove(folder.file(geometry + "frame.0000.depth_meters.hdf5"));
  folder.text(geometry + "frame.0001.depth_meters.hdf5", "broken");
  write_hdf5(folder.file(geometry + "frame.0002.depth_meters.hdf5"),
             {.shape = {4, 4}, .values = std::vector<float>(16, 1)}, H5T_IEEE_F32LE);
  const auto data = open_hypersim(folder.path(), "train");
  EXPECT_THAT(error_of(*data, 0), HasSubstr("frame.0000.depth_meters.hdf5"));
  EXPECT_THAT(error_of(*data, 1), HasSubstr("frame.0001.depth_meters.hdf5"));
  EXPECT_THAT(error_of(*data, 2), HasSubstr("expected 24×32 values"));
}

TEST(Hypersim, ShiftedLensesMoveThePrincipalPointAndTiltedOnesHaveNone) {
  // A ray to u = 0.25 is the optical axis: m00 · 0.25 + m02 = 0.
  const HypersimCamera shifted = {0.5, 0, -0.125, 0, 0.375, 0.0375, 0, 0, -1};
  const auto intrinsics = hypersim_intrinsics(shifted, 200, 150);
  ASSERT_TRUE(intrinsics);
  EXPECT_NEAR(intrinsics->fx, 200, 1e-9);
  EXPECT_NEAR(intrinsics->fy, 200, 1e-9);
  EXPECT_NEAR(intrinsics->cx, 99.5 + 25, 1e-9);
  EXPECT_NEAR(intrinsics->cy, 74.5 + 7.5, 1e-9);
  EXPECT_FALSE(hypersim_intrinsics({0.5, 0, 0, 0, 0.4, 0, 0, 0.1, -1}, 200, 150));
}

TEST(Hypersim, MapsTheNinetiethPercentileOfBrightnessToFourFifths) {
  Hdf5Array linear{.shape = {1, 101, 3}, .values = {}};
  for (int i = 0; i <= 100; ++i) {
    linear.values.insert(linear.values.end(), 3, static_cast<float>(i) * 0.01F);
  }
  const Image image = tone_map(linear, nullptr);
  EXPECT_NEAR(image.at(90, 0)[1], 0.8, 1e-5);
  EXPECT_NEAR(image.at(45, 0)[1], 0.8 * std::pow(0.5, 1 / 2.2), 1e-5);
  EXPECT_EQ(image.at(0, 0)[0], 0);
  EXPECT_LT(image.at(100, 0)[0], 1);
  for (float& value : linear.values) value = 1e-6F;
  EXPECT_EQ(tone_map(linear, nullptr).at(50, 0)[0], 0);
}

}  // namespace
}  // namespace promptdepth
