#include "promptdepth/scene/scene.h"

#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/prompt/lidar_simulation.h"
#include "promptdepth/scene/frame_files.h"

namespace promptdepth {
namespace {

struct SceneArguments {
  std::uint64_t seed = 1;
  int frames = 1;
  std::filesystem::path output;
  std::string kind = "any";
  SceneOptions options{.width = 1008, .height = 756};
};

/// DIR for one frame, DIR/000007 and so on for several.
std::filesystem::path frame_folder(const SceneArguments& arguments, int index) {
  return arguments.frames == 1 ? arguments.output : arguments.output / fmt::format("{:06}", index);
}

void run(SceneArguments arguments) {
  static const std::map<std::string, SceneKind> kinds = {
      {"room", SceneKind::kRoom}, {"street", SceneKind::kStreet}, {"any", SceneKind::kAny}};
  arguments.options.kind = kinds.at(arguments.kind);
  for (int i = 0; i < arguments.frames; ++i) {
    const std::uint64_t seed = arguments.seed + static_cast<std::uint64_t>(i);
    const std::filesystem::path folder = frame_folder(arguments, i);
    make_folders(folder);
    const RenderedFrame frame = render_scene(seed, arguments.options);
    write_frame(folder, frame);
    write_depth(folder / "prompt.png", simulate_phone_lidar(frame.depth, frame.image, {}, seed));
  }
  fmt::print(
      "{}: image.png, depth.npy, intrinsics.json and a simulated phone's prompt.png of {} "
      "scene{}\n",
      arguments.output.string(), arguments.frames, arguments.frames == 1 ? "" : "s");
}

}  // namespace

void add_scene(CLI::App& app) {
  auto arguments = std::make_shared<SceneArguments>();
  CLI::App* verb = app.add_subcommand(
      "scene", "Render procedural scenes with exact depth and a simulated LiDAR prompt");
  verb->add_option("--seed", arguments->seed, "Which scene; every number is another one")
      ->capture_default_str();
  verb->add_option("--count", arguments->frames, "How many scenes, of consecutive seeds")
      ->check(CLI::Range(1, 1000000).description(""))
      ->capture_default_str();
  verb->add_option("-o,--output", arguments->output, "Folder to write into")->required();
  verb->add_option("--width", arguments->options.width, "Pixels")->capture_default_str();
  verb->add_option("--height", arguments->options.height, "Pixels")->capture_default_str();
  verb->add_option("--kind", arguments->kind, "room, street or any")
      ->check(CLI::IsMember({"room", "street", "any"}).description(""))
      ->capture_default_str();
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
