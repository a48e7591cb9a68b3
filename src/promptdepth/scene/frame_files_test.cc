#include "promptdepth/scene/frame_files.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

TEST(FrameFiles, GiveTheFrameBack) {
  const fs::path folder =
      fs::temp_directory_path() / ("promptdepth_frame_files_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const RenderedFrame frame = render_scene(3, {.width = 64, .height = 48});
  write_frame(folder, frame);
  EXPECT_EQ(read_image(folder / "image.png").image.rgb, frame.image.rgb);
  EXPECT_EQ(read_depth(folder / "depth.npy").values, frame.depth.values);
  EXPECT_EQ(read_depth(folder / "beyond.npy").values, frame.surfaces.beyond.values);
  const Image surfaces = read_image(folder / "surfaces.png").image;
  for (std::size_t i = 0; i < surfaces.pixel_count(); ++i) {
    ASSERT_NEAR(surfaces.rgb[3 * i], frame.surfaces.reflectance.values[i], 0.00197F);
    ASSERT_NEAR(surfaces.rgb[3 * i + 2], frame.surfaces.transparency.values[i], 0.00197F);
  }
  const DepthMap millimetres = read_depth(folder / "depth.png");
  for (std::size_t i = 0; i < millimetres.values.size(); ++i) {
    ASSERT_NEAR(millimetres.values[i], frame.depth.values[i], 0.000501F);
  }
  const auto json = nlohmann::json::parse(read_text_file(folder / "intrinsics.json"));
  EXPECT_EQ(json.at("width"), 64);
  EXPECT_EQ(json.at("fx").get<double>(), frame.intrinsics.fx);
  EXPECT_EQ(json.at("cy").get<double>(), 23.5);
  EXPECT_EQ(json.at("world_from_camera").size(), 16U);
  fs::remove_all(folder);
}

TEST(FrameFiles, RefuseAFolderThatIsNotThere) {
  const RenderedFrame frame = render_scene(3, {.width = 16, .height = 16});
  EXPECT_THROW(write_frame("/nowhere/at/all", frame), Error);
}

}  // namespace
}  // namespace promptdepth
