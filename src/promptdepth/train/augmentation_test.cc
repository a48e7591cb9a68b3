#include "promptdepth/train/augmentation.h"

#include <set>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// Every pixel's depth says where it is; its colour says the same.
ImageWithDepth labelled(int width, int height) {
  ImageWithDepth scene{.image = Image(width, height), .depth = DepthMap(width, height)};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto label = static_cast<float>(1 + y * width + x);
      scene.depth.at(x, y) = label;
      std::fill_n(scene.image.at(x, y), 3, label / 10000.0F);
    }
  }
  return scene;
}

void expect_aligned(const ImageWithDepth& frame) {
  for (int y = 0; y < frame.image.height; ++y) {
    for (int x = 0; x < frame.image.width; ++x) {
      ASSERT_FLOAT_EQ(frame.image.at(x, y)[0], frame.depth.at(x, y) / 10000.0F);
    }
  }
}

TEST(Augmentation, KeepsPictureAndDepthAligned) {
  const ImageWithDepth scene = labelled(40, 30);
  AugmentationRecipe options{.resize_share = 0, .flip_share = 0.5F, .turn_share = 0.5F};
  Random random(5);
  for (int i = 0; i < 20; ++i) {
    const ImageWithDepth frame = cut_frame(scene, 20, 16, options, random);
    ASSERT_EQ(frame.image.width, 20);
    ASSERT_EQ(frame.image.height, 16);
    expect_aligned(frame);
  }
}

TEST(Augmentation, FlipsAndTurnsAsOftenAsAsked) {
  const ImageWithDepth scene = labelled(40, 30);
  const auto steps_of = [&](float flip, float turn) {
    Random random(5);
    std::set<float> steps;
    for (int i = 0; i < 20; ++i) {
      const ImageWithDepth frame = cut_frame(
          scene, 20, 16, {.resize_share = 0, .flip_share = flip, .turn_share = turn}, random);
      steps.insert(frame.depth.at(1, 0) - frame.depth.at(0, 0));
    }
    return steps;
  };
  EXPECT_EQ(steps_of(0, 0), (std::set<float>{1}));
  EXPECT_EQ(steps_of(1, 0), (std::set<float>{-1}));
  EXPECT_EQ(steps_of(0, 1), (std::set<float>{-40}));
}

TEST(Augmentation, MixesNoDepthsWhenItShrinks) {
  ImageWithDepth scene = labelled(40, 30);
  for (float& z : scene.depth.values) z = static_cast<int>(z) % 2 == 0 ? 1.0F : 5.0F;
  Random random(9);
  for (int i = 0; i < 10; ++i) {
    const ImageWithDepth frame = cut_frame(scene, 20, 15, {.resize_share = 1}, random);
    for (const float z : frame.depth.values) EXPECT_TRUE(z == 1.0F || z == 5.0F);
  }
  EXPECT_EQ(cut_middle(scene, 20, 15).image.width, 20);
}

/// A scene of 40 × 30 with a second truth, and a prompt of 8 × 6 whose pixels tell where they are.
ImageWithDepth scene_with_prompt() {
  ImageWithDepth scene = labelled(40, 30);
  scene.pseudo_depth = scene.depth;
  scene.has_gaps = true;
  scene.prompt = DepthMap(8, 6);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 8; ++x) scene.prompt.at(x, y) = static_cast<float>(1 + y * 8 + x);
  }
  return scene;
}

/// The pixel of the prompt that a pixel of the scene lies in, as scene_with_prompt() labels both.
float prompt_label_of(float depth_label) {
  const int index = static_cast<int>(depth_label) - 1;
  return static_cast<float>(1 + index / 40 / 5 * 8 + index % 40 / 5);
}

TEST(Augmentation, CutsTurnsAndMirrorsAPromptWithItsPicture) {
  const ImageWithDepth scene = scene_with_prompt();
  for (const float resize : {0.0F, 1.0F}) {
    Random random(3);
    std::set<int> prompt_widths;
    for (int i = 0; i < 40; ++i) {
      const ImageWithDepth frame = cut_frame(
          scene, 20, 15, {.resize_share = resize, .flip_share = 0.5F, .turn_share = 0.3F}, random);
      EXPECT_TRUE(frame.has_gaps);
      EXPECT_EQ(frame.pseudo_depth.values, frame.depth.values);
      ASSERT_EQ(frame.depth.width, 20);
      const int width = frame.prompt.width;
      const int height = frame.prompt.height;
      prompt_widths.insert(width);
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          // The middle of the prompt's pixel, in the frame.
          const float depth =
              frame.depth.at((2 * x + 1) * 20 / (2 * width), (2 * y + 1) * 15 / (2 * height));
          ASSERT_EQ(frame.prompt.at(x, y), prompt_label_of(depth)) << x << ' ' << y;
        }
      }
    }
    EXPECT_GE(prompt_widths.size(), resize > 0 ? 2U : 1U);
  }
}

/// Its surfaces tell the ray that each pixel is seen along: reflectance X/z, mirror Y/z.
ImageWithDepth labelled_rays(int width, int height, const Intrinsics& camera) {
  ImageWithDepth scene = labelled(width, height);
  scene.intrinsics = camera;
  SurfaceMap& surfaces = scene.surfaces;
  surfaces.reflectance = DepthMap(width, height);
  surfaces.mirror = DepthMap(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      surfaces.reflectance.at(x, y) = static_cast<float>((x - camera.cx) / camera.fx);
      surfaces.mirror.at(x, y) = static_cast<float>((y - camera.cy) / camera.fy);
    }
  }
  surfaces.transparency = scene.depth;
  surfaces.beyond = scene.depth;
  return scene;
}

TEST(Augmentation, TakesSurfacesAndCameraAlong) {
  const Intrinsics camera{.fx = 40, .fy = 44, .cx = 17, .cy = 16, .width = 40, .height = 30};
  const ImageWithDepth scene = labelled_rays(40, 30, camera);
  for (const float flip : {0.0F, 1.0F}) {
    for (const float turn : {0.0F, 1.0F}) {
      Random random(7);
      for (int i = 0; i < 10; ++i) {
        const ImageWithDepth frame = cut_frame(
            scene, 18, 14, {.resize_share = 0.5F, .flip_share = flip, .turn_share = turn}, random);
        ASSERT_TRUE(frame.intrinsics);
        const Intrinsics& k = *frame.intrinsics;
        EXPECT_EQ(k.width, 18);
        EXPECT_EQ(k.height, 14);
        EXPECT_EQ(frame.surfaces.transparency.values, frame.depth.values);
        EXPECT_EQ(frame.surfaces.beyond.values, frame.depth.values);
        // Slopes of the stored rays: a quarter turn makes X of Y, a mirror changes X's sign.
        const DepthMap& x_of = turn > 0 ? frame.surfaces.mirror : frame.surfaces.reflectance;
        const DepthMap& y_of = turn > 0 ? frame.surfaces.reflectance : frame.surfaces.mirror;
        const double x_sign = (flip > 0 ? -1 : 1) * (turn > 0 ? -1 : 1);
        // The nearest pixel is picked: at most half a pixel of the scene.
        for (int y = 0; y < 14; ++y) {
          for (int x = 0; x < 18; ++x) {
            ASSERT_NEAR((x - k.cx) / k.fx, x_sign * x_of.at(x, y), 0.501 / 40) << x << ' ' << y;
            ASSERT_NEAR((y - k.cy) / k.fy, y_of.at(x, y), 0.501 / 40) << x << ' ' << y;
          }
        }
      }
    }
  }
}

TEST(Augmentation, KnowsTheCameraOfAPartExactly) {
  ImageWithDepth scene = labelled(40, 30);
  scene.intrinsics = {.fx = 40, .fy = 44, .cx = 17, .cy = 16, .width = 40, .height = 30};
  const ImageWithDepth middle = cut_middle(scene, 20, 10);  // 40 × 20 from row 5, then halved.
  EXPECT_DOUBLE_EQ(middle.intrinsics->fx, 20);
  EXPECT_DOUBLE_EQ(middle.intrinsics->fy, 22);
  EXPECT_DOUBLE_EQ(middle.intrinsics->cx, (17 + 0.5) / 2 - 0.5);
  EXPECT_DOUBLE_EQ(middle.intrinsics->cy, (16 - 5 + 0.5) / 2 - 0.5);
}

TEST(Augmentation, RefusesASceneSmallerThanTheFrame) {
  Random random(3);
  EXPECT_THROW(cut_frame(labelled(40, 30), 41, 30, {}, random), Error);
  EXPECT_THROW(cut_middle(labelled(40, 30), 40, 31), Error);
}

TEST(Augmentation, KeepsColoursWithinTheirRangeAndMakesGreyWhenAsked) {
  Image image(8, 8);
  Random random(2);
  for (float& value : image.rgb) value = random.uniform();
  jitter_colors(image, {.grey_share = 1}, random);
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
    EXPECT_GE(image.rgb[i], 0);
    EXPECT_LE(image.rgb[i], 1);
    EXPECT_NEAR(image.rgb[i], image.rgb[i + 1], 1e-6);
    EXPECT_NEAR(image.rgb[i], image.rgb[i + 2], 1e-6);
  }
}

TEST(Augmentation, WithoutChangesLeavesColoursAlone) {
  Image image(4, 4);
  Random random(2);
  for (float& value : image.rgb) value = random.uniform();
  const Image before = image;
  jitter_colors(image,
                {.grey_share = 0, .brightness = 0, .contrast = 0, .saturation = 0, .gamma = 0},
                random);
  for (std::size_t i = 0; i < image.rgb.size(); ++i) {
    EXPECT_NEAR(image.rgb[i], before.rgb[i], 1e-6);
  }
}

}  // namespace
}  // namespace promptdepth
