#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/log.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/preview.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/lidar_simulation.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

struct SimulateArguments {
  fs::path depth;
  fs::path image;
  fs::path output;
  fs::path confidence;
  fs::path preview;
  fs::path surfaces;
  fs::path beyond;
  std::string intrinsics;
  std::string sensor = "phone-lidar";
  std::vector<std::string> settings;
  std::optional<double> depth_scale_m;
  std::uint64_t seed = 1;
  bool list = false;
};

SensorOptions chosen_sensor(const SimulateArguments& arguments) {
  SensorOptions options = sensor_preset(arguments.sensor).options;
  for (const std::string& setting : arguments.settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos) {
      fail(ErrorKind::kInvalidArgument, "expected --set NAME=VALUE, found '{}'", setting);
    }
    set_field(arguments.sensor, option_fields(options), setting.substr(0, equals),
              setting.substr(equals + 1));
  }
  return options;
}

void print_settings(SensorOptions options) {
  for (const OptionField& field : option_fields(options)) {
    fmt::print("{:22} {:>12}   {} ({:g} to {:g})\n", field.name, field_text(field), field.meaning,
               field.least, field.greatest);
  }
}

/// The channels of a picture: red diffuse reflectance, green mirror, blue transparency.
SurfaceMap read_surfaces(const fs::path& path) {
  const Image picture = read_image(path, {.apply_exif = false}).image;
  SurfaceMap surfaces;
  DepthMap* const channels[] = {&surfaces.reflectance, &surfaces.mirror, &surfaces.transparency};
  for (std::size_t c = 0; c < 3; ++c) {
    *channels[c] = DepthMap(picture.width, picture.height);
    for (std::size_t i = 0; i < picture.pixel_count(); ++i) {
      channels[c]->values[i] = picture.rgb[3 * i + c];
    }
  }
  return surfaces;
}

void check_outputs(const SimulateArguments& arguments) {
  if (arguments.depth.empty() || arguments.image.empty() || arguments.output.empty()) {
    fail(ErrorKind::kInvalidArgument, "expected DEPTH, IMAGE and -o PROMPT, found fewer");
  }
  check_depth_ending(arguments.output);
  if (!arguments.confidence.empty()) check_depth_ending(arguments.confidence);
}

void check_result(const SimulateArguments& arguments, const SimulatedPrompt& prompt) {
  if (!arguments.confidence.empty() && prompt.confidence.empty()) {
    fail(ErrorKind::kInvalidArgument,
         "expected a sensor that tells its confidence for --confidence, found {}",
         arguments.sensor);
  }
  if (count_valid(prompt.depth) == 0) {
    log_warning("{} measured nothing of {}", arguments.sensor, arguments.depth.string());
  }
}

void write_preview(const SimulateArguments& arguments, const ObservedScene& scene,
                   const SimulatedPrompt& prompt) {
  const PreviewPanel panels[] = {{.title = "photo", .photo = &scene.image},
                                 {.title = "ground truth", .depth = &scene.depth},
                                 {.title = arguments.sensor, .depth = &prompt.depth}};
  write_image(arguments.preview,
              draw_panels(panels, preview_range(scene.depth), {.width_px = 960}));
}

void run(const SimulateArguments& arguments) {
  const SensorOptions sensor = chosen_sensor(arguments);
  if (arguments.list) {
    print_settings(sensor);
    return;
  }
  check_outputs(arguments);
  const DepthMap depth =
      clean_depth(read_depth(arguments.depth, {.scale_m = arguments.depth_scale_m}));
  const Image image = read_image(arguments.image, {.apply_exif = false}).image;
  SurfaceMap surfaces;
  if (!arguments.surfaces.empty()) surfaces = read_surfaces(arguments.surfaces);
  if (!arguments.beyond.empty()) surfaces.beyond = clean_depth(read_depth(arguments.beyond));
  ObservedScene scene{.depth = depth, .image = image, .surfaces = &surfaces};
  if (!arguments.intrinsics.empty()) {
    scene.intrinsics = load_intrinsics(arguments.intrinsics, depth.width, depth.height);
  }

  const SimulatedPrompt prompt = simulate_sensor(scene, sensor, arguments.seed);
  check_result(arguments, prompt);
  if (!arguments.preview.empty()) write_preview(arguments, scene, prompt);
  if (!arguments.confidence.empty()) write_confidence(arguments.confidence, prompt.confidence);
  write_depth(arguments.output, prompt.depth);
  fmt::print("{}: {} of {}x{} pixels measured by {}\n", arguments.output.string(),
             count_valid(prompt.depth), prompt.depth.width, prompt.depth.height, arguments.sensor);
}

std::string list_of_sensors() {
  std::string text = "Sensors:\n";
  for (const SensorPreset& preset : sensor_presets()) {
    text += fmt::format("  {:24}{}\n", preset.name, preset.description);
  }
  return text;
}

}  // namespace

void add_simulate_lidar(CLI::App& app) {
  auto arguments = std::make_shared<SimulateArguments>();
  CLI::App* verb = app.add_subcommand(
      "simulate-lidar",
      "Simulate what a depth sensor would have measured of a scene with known depth");
  verb->add_option("DEPTH", arguments->depth, "The scene's exact depth (PNG, TIFF, NPY, EXR, PFM)");
  verb->add_option("IMAGE", arguments->image, "Its photo, of any size; EXIF turns are not applied");
  verb->add_option("-o,--output", arguments->output,
                   "The measured depth (.png, .exr, .npy, .pfm; 0 = not measured)");
  verb->add_option("--sensor", arguments->sensor, "Which sensor; the list is below")
      ->capture_default_str();
  verb->add_option("--set", arguments->settings,
                   "NAME=VALUE: another value for one of the sensor's settings; repeatable")
      ->allow_extra_args(false);
  verb->add_flag("--settings", arguments->list,
                 "List the sensor's settings with their values and ranges, and stop");
  verb->add_option("--seed", arguments->seed, "Of everything random")->capture_default_str();
  verb->add_option("--confidence", arguments->confidence,
                   "Also write its confidence, 0 to 2 (.png, .exr, .npy, .pfm)");
  verb->add_option("--preview", arguments->preview,
                   "Also write photo, truth and measurement side by side (.png, .jpg)");
  verb->add_option("--intrinsics", arguments->intrinsics,
                   "fx,fy,cx,cy of DEPTH in pixels, or a JSON or CSV file; else a phone's are "
                   "guessed");
  verb->add_option("--depth-scale", arguments->depth_scale_m,
                   "Metres per stored unit of DEPTH (default: 0.001 for integers, else 1)")
      ->check(CLI::PositiveNumber.description(""));
  verb->add_option("--surfaces", arguments->surfaces,
                   "A picture of DEPTH's size: red reflectance, green mirror, blue transparency "
                   "(default: reflectance guessed from the photo)");
  verb->add_option("--beyond", arguments->beyond,
                   "Depth seen in mirrors and behind glass, of DEPTH's size");
  verb->footer(list_of_sensors());
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
