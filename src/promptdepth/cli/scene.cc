#include "promptdepth/scene/scene.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/prompt/lidar_simulation.h"
#include "promptdepth/scene/contact_sheet.h"
#include "promptdepth/scene/frame_files.h"
#include "promptdepth/scene/scene_path.h"

namespace promptdepth {
namespace {

struct SceneArguments {
  std::uint64_t seed = 1;
  int count = 1;
  int frames = 1;
  std::filesystem::path output;
  std::filesystem::path sheet;
  std::string kind = "any";
  SceneOptions options{.width = 1008, .height = 756};
};

void write_frame_and_prompt(const std::filesystem::path& folder, const RenderedFrame& frame,
                            std::uint64_t seed) {
  make_folders(folder);
  write_frame(folder, frame);
  write_depth(folder / "prompt.png", simulate_phone_lidar(frame.depth, frame.image, {}, seed));
}

void write_scenes(const SceneArguments& arguments) {
  for (int i = 0; i < arguments.count; ++i) {
    const std::uint64_t seed = arguments.seed + static_cast<std::uint64_t>(i);
    const auto folder =
        arguments.count == 1 ? arguments.output : arguments.output / fmt::format("{:06}", i);
    write_frame_and_prompt(folder, render_scene(seed, arguments.options), seed);
  }
}

void write_path(const SceneArguments& arguments) {
  const ScenePath path(arguments.seed, arguments.options, arguments.frames);
  parallel_for(path.frame_count(), [&](std::int64_t i) {
    write_frame_and_prompt(arguments.output / fmt::format("{:06}", i),
                           path.frame(static_cast<int>(i)),
                           arguments.seed + static_cast<std::uint64_t>(i));
  });
}

/// `count` scenes, eight in a row.
void write_sheet(const SceneArguments& arguments) {
  const int columns = std::min(arguments.count, 8);
  const int rows = (arguments.count + columns - 1) / columns;
  write_image(arguments.sheet, contact_sheet(arguments.seed, columns, rows, arguments.options));
}

void run(SceneArguments arguments) {
  static const std::map<std::string, SceneKind> kinds = {
      {"room", SceneKind::kRoom}, {"street", SceneKind::kStreet}, {"any", SceneKind::kAny}};
  arguments.options.kind = kinds.at(arguments.kind);
  if (arguments.output.empty() && arguments.sheet.empty()) {
    fail(ErrorKind::kInvalidArgument, "scene needs a folder (-o) or a contact sheet (--sheet)");
  }
  if (!arguments.sheet.empty()) write_sheet(arguments);
  if (arguments.output.empty()) return;
  if (arguments.frames > 1) {
    write_path(arguments);
  } else {
    write_scenes(arguments);
  }
  fmt::print("{}: image.png, depth.npy, intrinsics.json and a simulated phone's prompt.png of {}\n",
             arguments.output.string(),
             arguments.frames > 1
                 ? fmt::format("{} frames", arguments.frames)
                 : fmt::format("{} scene{}", arguments.count, arguments.count == 1 ? "" : "s"));
}

}  // namespace

void add_scene(CLI::App& app) {
  auto arguments = std::make_shared<SceneArguments>();
  CLI::App* verb = app.add_subcommand(
      "scene", "Render procedural scenes with exact depth and a simulated LiDAR prompt");
  verb->add_option("--seed", arguments->seed, "Which scene; every number is another one")
      ->capture_default_str();
  CLI::Option* count =
      verb->add_option("--count", arguments->count, "How many scenes, of consecutive seeds")
          ->check(CLI::Range(1, 1000000).description(""))
          ->capture_default_str();
  verb->add_option("--frames", arguments->frames,
                   "Instead, so many frames (30 a second) of one camera's way through one scene")
      ->check(CLI::Range(1, 100000).description(""))
      ->excludes(count)
      ->capture_default_str();
  verb->add_option("-o,--output", arguments->output, "Folder to write into");
  verb->add_option("--sheet", arguments->sheet,
                   "Contact sheet (JPEG, PNG) of the scenes and their depth, eight in a row");
  verb->add_option("--width", arguments->options.width, "Pixels")->capture_default_str();
  verb->add_option("--height", arguments->options.height, "Pixels")->capture_default_str();
  verb->add_option("--kind", arguments->kind, "room, street or any")
      ->check(CLI::IsMember({"room", "street", "any"}).description(""))
      ->capture_default_str();
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
