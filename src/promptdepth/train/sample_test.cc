#include "promptdepth/train/sample.h"

#include <cmath>
#include <numbers>
#include <set>

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/network/network.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth {
namespace {

/// A slanted floor with a box in front of it.
ImageWithDepth box_scene(int width, int height) {
  ImageWithDepth frame{.image = Image(width, height), .depth = DepthMap(width, height)};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool box = x > width / 3 && x < width / 2 && y > height / 3;
      frame.depth.at(x, y) = box ? 1.5F : 4 - 0.03F * static_cast<float>(y);
      std::fill_n(frame.image.at(x, y), 3, box ? 0.8F : 0.3F);
    }
  }
  return frame;
}

TEST(Sample, IsTheSameForTheSameSeed) {
  const Sample a = make_sample(box_scene(64, 48), {}, 11);
  const Sample b = make_sample(box_scene(64, 48), {}, 11);
  const Sample c = make_sample(box_scene(64, 48), {}, 12);
  EXPECT_EQ(a.prompt.values, b.prompt.values);
  EXPECT_EQ(a.measured.values, b.measured.values);
  EXPECT_NE(a.prompt.values, c.prompt.values);
}

TEST(Sample, MeansTheSameMetresInAnotherRange) {
  Sample sample = make_sample(box_scene(32, 24), {}, 1);
  const DepthMap before = sample.denormalized(sample.prompt);
  sample.normalize_by({.min_m = 0, .max_m = 20});
  const DepthMap after = sample.denormalized(sample.prompt);
  for (std::size_t i = 0; i < before.values.size(); ++i) {
    EXPECT_NEAR(sample.prompt.values[i], before.values[i] / 20, 1e-6F);
    EXPECT_NEAR(after.values[i], before.values[i], 1e-5F);
  }
}

/// What a network makes of the maps as training feeds them (upsampled on the host) and as inference
/// does (at the prompt's resolution).
TEST(Sample, GivesTheNetworkWhatInferenceGivesIt) {
  SimulationMix mix;
  mix.sparse_share = 0;
  mix.hole_share = 1;
  const Sample sample = make_sample(box_scene(40, 30), mix, 4);
  const DensePrompt dense = prepare_prompt(sample.raw_prompt, sample.image);
  ASSERT_LT(dense.depth.width, 40);

  const std::unique_ptr<Backend> backend = make_reference_backend();
  const auto weights = seeded_weights(model_tensors("compact"));
  const auto network = build_network(*weights, *backend);
  const auto session = backend->make_session();
  const auto run = [&](const DepthMap& prompt, const DepthMap& measured) {
    const auto upload = [&](const DepthMap& map) {
      return session->upload(map.values, {1, map.height, map.width, 1});
    };
    std::vector<float> depth(std::size_t{40} * 30);
    session->download(
        network->forward(*session, {.image = session->upload(sample.image.rgb, {1, 30, 40, 3}),
                                    .prompt = upload(prompt),
                                    .measured = upload(measured)}),
        depth);
    return depth;
  };
  DepthMap normalized = dense.depth;
  for (float& value : normalized.values) value = dense.range.normalize(value);
  const std::vector<float> inference = run(normalized, dense.measured);
  const std::vector<float> training = run(sample.prompt, sample.measured);
  for (std::size_t i = 0; i < inference.size(); ++i) {
    ASSERT_NEAR(training[i], inference[i], 2e-4) << i;
  }
}

/// Without defects that would hide what the surfaces do.
SimulationMix only(float SimulationMix::*share) {
  SimulationMix mix{.sparse_share = 0, .downsampled_share = 0};
  mix.*share = 1;
  mix.tof_max_range_m = {8, 9};
  return mix;
}

std::size_t measured_by(const ImageWithDepth& frame, const SimulationMix& mix) {
  return count_valid(make_sample(frame, mix, 5).raw_prompt);
}

TEST(Sample, HasSensorsSeeGlassAndMirrors) {
  ImageWithDepth frame = box_scene(64, 48);
  const SimulationMix mix = only(&SimulationMix::time_of_flight_share);
  frame.surfaces.reflectance = DepthMap(64, 48, 0.8F);
  const std::size_t all = measured_by(frame, mix);
  // Half of the picture is a window that opens on nothing.
  frame.surfaces.transparency = DepthMap(64, 48);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 32; ++x) frame.surfaces.transparency.at(x, y) = 1;
  }
  const std::size_t through_window = measured_by(frame, mix);
  EXPECT_LT(static_cast<double>(through_window), 0.6 * static_cast<double>(all));
  EXPECT_GT(static_cast<double>(through_window), 0.3 * static_cast<double>(all));
}

/// A scanner's highest and lowest beam are as far apart as the frame's camera shows them.
TEST(Sample, HasScannersSeeThroughTheFramesCamera) {
  ImageWithDepth frame{.image = Image(64, 64), .depth = DepthMap(64, 64, 8)};
  SimulationMix mix = only(&SimulationMix::spinning_share);
  mix.scanner_beam_step_deg = {1.2F, 1.2F};
  mix.scanner_view_deg = {24, 24};
  mix.scanner_highest_deg = {12, 12};
  mix.scanner_azimuth_step_deg = {0.1F, 0.1F};
  mix.scanner_offset_m = mix.scanner_calibration_deg = {0, 0};
  const auto height_px = [&](double focal_px) {
    frame.intrinsics = {
        .fx = focal_px, .fy = focal_px, .cx = 31.5, .cy = 31.5, .width = 64, .height = 64};
    const DepthMap prompt = make_sample(frame, mix, 5).raw_prompt;
    std::set<int> rows;
    for (int y = 0; y < 64; ++y) {
      for (int x = 28; x < 36; ++x) {
        if (prompt.at(x, y) > 0) rows.insert(y);
      }
    }
    return *rows.rbegin() - *rows.begin();
  };
  for (const double focal_px : {32.0, 64.0, 128.0}) {
    EXPECT_NEAR(height_px(focal_px), 2 * focal_px * std::tan(12 * std::numbers::pi / 180), 1.5);
  }
}

TEST(Sample, MasksWhatHasNoTruthOrLiesFarOutsideTheRange) {
  Sample sample = make_sample(box_scene(32, 24), {}, 1);
  sample.range = {.min_m = 1, .max_m = 4};
  sample.truth.values[0] = 0;
  sample.truth.values[1] = sample.range.denormalize(0.25F);
  sample.truth.values[2] = sample.range.denormalize(9.0F);
  const Batch batch = join(std::span(&sample, 1), {.truth_limit = 2});
  EXPECT_EQ(batch.valid[0], 0);
  EXPECT_EQ(batch.valid[1], 1);
  EXPECT_NEAR(batch.target[1], 0.25, 1e-5);
  EXPECT_EQ(batch.valid[2], 0);
  EXPECT_EQ(batch.image.size(), std::size_t{3} * 32 * 24);
}

TEST(Sample, HandsOnThePseudoTruthAndWhereItHolds) {
  ImageWithDepth frame = box_scene(32, 24);
  frame.pseudo_depth = frame.depth;
  frame.pseudo_depth.values[5] = 0;
  Sample with = make_sample(std::move(frame), {}, 1);
  with.data_set = 3;
  with.range = {.min_m = 1, .max_m = 4};
  const Sample samples[] = {with, make_sample(box_scene(32, 24), {}, 1)};
  const Batch batch = join(samples, {});
  EXPECT_EQ(batch.data_set, (std::vector<std::size_t>{3, 0}));
  const std::size_t pixels = std::size_t{32} * 24;
  ASSERT_EQ(batch.pseudo_valid.size(), 2 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    ASSERT_EQ(batch.pseudo_valid[i], i == 5 ? 0 : 1) << i;
    if (i != 5) {
      ASSERT_EQ(batch.pseudo_target[i], batch.target[i]) << i;
    }
    ASSERT_EQ(batch.pseudo_valid[pixels + i], 0) << i;
  }
}

TEST(Sample, HasNoPseudoTargetWhereNoSampleHasAPseudoTruth) {
  const Sample sample = make_sample(box_scene(32, 24), {}, 1);
  EXPECT_TRUE(join(std::span(&sample, 1), {}).pseudo_target.empty());
}

TEST(Sample, TakesThePromptThatAFrameComesWithAsItIs) {
  ImageWithDepth frame = box_scene(32, 24);
  frame.prompt = DepthMap(8, 6, 2.0F);
  frame.prompt.values[0] = 1.0F;
  frame.prompt.values[9] = 0;
  const Sample sample = make_sample(frame);
  EXPECT_EQ(sample.raw_prompt.values, frame.prompt.values);
  EXPECT_EQ(sample.range.min_m, 1);
  EXPECT_EQ(sample.range.max_m, 2);
  EXPECT_EQ(sample.prompt.at(0, 0), 0);
  EXPECT_NEAR(sample.prompt.at(31, 23), 1, 1e-6);
  EXPECT_LT(sample.measured.at(5, 5), 0.5F);
  EXPECT_EQ(sample.measured.at(31, 23), 1);
}

TEST(Sample, CountsFlatPromptsLess) {
  Sample sample = make_sample(box_scene(32, 24), {}, 1);
  sample.range = {.min_m = 1.9F, .max_m = 2};
  EXPECT_NEAR(join(std::span(&sample, 1), {.flat_range_share = 0.2}).weight[0], 0.25, 1e-4);
  sample.range = {.min_m = 1, .max_m = 2};
  EXPECT_EQ(join(std::span(&sample, 1), {.flat_range_share = 0.2}).weight[0], 1);
}

}  // namespace
}  // namespace promptdepth
