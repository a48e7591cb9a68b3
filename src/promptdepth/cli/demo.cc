#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "promptdepth/base/files.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/estimator/estimator.h"
#include "promptdepth/geometry/point_cloud.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/preview.h"
#include "promptdepth/metrics/baselines.h"
#include "promptdepth/metrics/boundary_metrics.h"
#include "promptdepth/metrics/depth_metrics.h"
#include "promptdepth/prompt/lidar_simulation.h"
#include "promptdepth/scene/frame_files.h"
#include "promptdepth/scene/scene.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

/// Not one of the seeds that the default model was trained or validated on
/// (models/promptdepth-compact.md).
constexpr std::uint64_t kDemoSeed = 1;

/// The paper's simulation (spec 4.2) with range noise; without the bias and bleed of worse sensors.
constexpr PhoneLidarOptions kDemoLidar = {.noise = 0.003F, .bias = 0, .bleed = 0};

struct DemoArguments {
  fs::path output = "out/demo";
  std::uint64_t seed = kDemoSeed;
};

struct DemoFrame {
  RenderedFrame scene;
  DepthMap prompt;
  DepthMap depth;
  DepthMap upsampled_prompt;
};

DemoFrame make_frame(std::uint64_t seed) {
  DemoFrame frame;
  frame.scene = render_scene(seed, {.width = 1008, .height = 756, .kind = SceneKind::kRoom});
  frame.prompt = simulate_phone_lidar(frame.scene.depth, frame.scene.image, kDemoLidar, seed);
  frame.depth = Estimator::load_default().estimate(frame.scene.image, frame.prompt);
  frame.upsampled_prompt = upsample_bilinear(frame.prompt, frame.depth.width, frame.depth.height);
  return frame;
}

void write_frame_files(const fs::path& folder, const DemoFrame& frame) {
  write_frame(folder, frame.scene);
  write_depth(folder / "prompt.png", frame.prompt);
  write_depth(folder / "predicted_depth.png", frame.depth);
  write_depth(folder / "predicted_depth.npy", frame.depth);
  write_image(folder / "preview.png", draw_preview(frame.scene.image, frame.prompt, frame.depth));
  write_ply(folder / "point_cloud.ply",
            unproject(frame.depth, frame.scene.image, frame.scene.intrinsics));
}

nlohmann::ordered_json summarize(const DemoFrame& frame, std::uint64_t seed) {
  const DepthMetrics ours = measure_depth(frame.depth, frame.scene.depth);
  const DepthMetrics prompt = measure_depth(frame.upsampled_prompt, frame.scene.depth);
  return {{"seed", seed},
          {"l1_m", ours.l1_m},
          {"prompt_upsampled_l1_m", prompt.l1_m},
          {"rmse_m", ours.rmse_m},
          {"prompt_upsampled_rmse_m", prompt.rmse_m},
          {"boundary_f1", boundary_f1(frame.depth, frame.scene.depth)},
          {"prompt_upsampled_boundary_f1", boundary_f1(frame.upsampled_prompt, frame.scene.depth)}};
}

void run(const DemoArguments& arguments) {
  make_folders(arguments.output);
  const DemoFrame frame = make_frame(arguments.seed);
  write_frame_files(arguments.output, frame);
  const nlohmann::ordered_json summary = summarize(frame, arguments.seed);
  write_file_atomically(arguments.output / "summary.json", summary.dump(2) + "\n");

  const double l1 = summary["l1_m"];
  const double prompt_l1 = summary["prompt_upsampled_l1_m"];
  fmt::print(
      "A rendered room with exact depth, the paper's simulated phone LiDAR of 256x192, and the "
      "default "
      "model's depth at 1008x756:\n\n");
  fmt::print("  mean error of the upsampled prompt   {:.1f} mm\n", 1e3 * prompt_l1);
  fmt::print("  mean error of the prediction         {:.1f} mm ({:.0f} % less)\n", 1e3 * l1,
             100 * (1 - l1 / prompt_l1));
  fmt::print("  boundary F1                          {:.3f} -> {:.3f}\n\n",
             summary["prompt_upsampled_boundary_f1"].get<double>(),
             summary["boundary_f1"].get<double>());
  const std::string folder = arguments.output.string();
  fmt::print("Look at       {}/preview.png\n", folder);
  fmt::print("Point cloud   {}/point_cloud.ply\n", folder);
  fmt::print("Depth         {}/predicted_depth.png (16 bits, mm), .npy (m); the truth: depth.npy\n",
             folder);
  fmt::print("Figures       {}/summary.json\n", folder);
}

}  // namespace

void add_demo(CLI::App& app) {
  auto arguments = std::make_shared<DemoArguments>();
  CLI::App* verb = app.add_subcommand(
      "demo",
      "Render an example with exact depth, predict it, and write pictures, cloud and figures");
  verb->add_option("-o,--output", arguments->output, "Folder to write into")->capture_default_str();
  verb->add_option("--seed", arguments->seed, "Which scene")->capture_default_str();
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
