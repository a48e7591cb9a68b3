#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/log.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/capture/capture.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/problem_list.h"
#include "promptdepth/cli/depth_source.h"
#include "promptdepth/cli/options.h"
#include "promptdepth/cli/terminal.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/fusion/mesh_view.h"
#include "promptdepth/fusion/moving_clouds.h"
#include "promptdepth/fusion/tsdf_volume.h"
#include "promptdepth/geometry/mesh_files.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/resize.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

struct FuseArguments {
  fs::path capture;
  fs::path output;
  fs::path preview;
  fs::path masks;
  fs::path moving;
  std::string preset = "benchmark";
  std::optional<double> voxel_size_m;
  std::optional<double> truncation_m;
  std::optional<double> min_depth_m;
  std::optional<double> max_depth_m;
  double memory_limit_gb = TsdfOptions{}.memory_limit_gb;
  bool color = true;
  int least_views = 1;
  int threads = 0;
  std::string range;
  int every = 1;
  DepthSourceOptions source;
};

TsdfOptions volume_options(const FuseArguments& arguments) {
  TsdfOptions options = tsdf_preset(arguments.preset);
  const double truncation_in_voxels = options.truncation_m / options.voxel_size_m;
  options.voxel_size_m = arguments.voxel_size_m.value_or(options.voxel_size_m);
  if (arguments.voxel_size_m) options.truncation_m = truncation_in_voxels * options.voxel_size_m;
  options.truncation_m = arguments.truncation_m.value_or(options.truncation_m);
  options.min_depth_m = arguments.min_depth_m.value_or(options.min_depth_m);
  options.max_depth_m = arguments.max_depth_m.value_or(options.max_depth_m);
  options.memory_limit_gb = arguments.memory_limit_gb;
  options.color = arguments.color;
  options.validate();
  return options;
}

/// The value of --range, "FIRST:END", either part empty for the recording's own.
FrameRange frame_range(const FuseArguments& arguments) {
  FrameRange range{.step = static_cast<std::size_t>(arguments.every)};
  if (arguments.range.empty()) return range;
  const std::size_t colon = arguments.range.find(':');
  const auto read = [](const std::string& text, std::size_t& value) {
    return text.empty() || CLI::detail::lexical_cast(text, value);
  };
  if (colon == std::string::npos || !read(arguments.range.substr(0, colon), range.first) ||
      !read(arguments.range.substr(colon + 1), range.last)) {
    fail(ErrorKind::kInvalidArgument, "expected --range FIRST:END such as 0:300, found '{}'",
         arguments.range);
  }
  return range;
}

/// The upward direction of the upright picture, in the axes of the camera as it was held.
Eigen::Vector3d up_in_camera(ExifOrientation upright) {
  switch (upright) {
    case ExifOrientation::kRotated90:
      return -Eigen::Vector3d::UnitX();
    case ExifOrientation::kRotated270:
      return Eigen::Vector3d::UnitX();
    case ExifOrientation::kRotated180:
    case ExifOrientation::kFlipped:
      return Eigen::Vector3d::UnitY();
    default:
      return -Eigen::Vector3d::UnitY();
  }
}

/// Everything of one run.
class Fusion {
 public:
  explicit Fusion(const FuseArguments& arguments)
      : arguments_(arguments),
        volume_(volume_options(arguments)),
        capture_(open_capture(arguments.capture)),
        source_(arguments.source) {}

  void run() {
    const FrameRange range = frame_range(arguments_);
    const auto stream = capture_->stream(range, wanted_parts());
    const std::size_t end = std::min(range.last, capture_->size());
    const std::size_t total = (end - range.first + range.step - 1) / range.step;
    if (!arguments_.masks.empty()) moving_.emplace(arguments_.moving, total);
    ProgressBar progress("fuse");
    std::int64_t done = 0;
    while (const std::optional<Frame> frame = stream->next()) {
      progress.update(done++, static_cast<std::int64_t>(total), frame->name);
      add(*frame);
    }
    progress.clear();
    for (const std::string& problem : capture_->problems()) log_warning("{}", problem);
    for (const std::string& problem : stream->problems()) log_warning("{}", problem);
    for (const std::string& problem : skipped_.sentences()) log_warning("{}", problem);
    finish();
  }

 private:
  FrameParts wanted_parts() const {
    const bool image = arguments_.color || source_.needs_image() || !arguments_.masks.empty();
    return image ? FrameParts::kAll : FrameParts::kWithoutImage;
  }

  /// A frame that cannot be used is left out and counted.
  void add(const Frame& frame) {
    try {
      PosedDepth view = view_of(frame);
      if (moving_) take_moving(frame, view);
      volume_.integrate(view);
      up_ += view.world_from_camera.linear() * up_in_camera(frame.upright);
      towards_ += view.world_from_camera.linear().col(2);
      ++fused_;
    } catch (const Error& error) {
      const bool of_this_frame =
          error.kind() == ErrorKind::kInvalidData || error.kind() == ErrorKind::kIo;
      if (!of_this_frame) throw;
      skipped_.add("frames not fused", error.what());
    }
  }

  PosedDepth view_of(const Frame& frame) const {
    if (!frame.world_from_camera) {
      fail(ErrorKind::kInvalidData, "expected a pose of '{}', found none", frame.name);
    }
    if (!frame.intrinsics) {
      fail(ErrorKind::kInvalidData, "expected intrinsics of '{}', found none", frame.name);
    }
    const TsdfOptions& options = volume_.options();
    PosedDepth view{.name = frame.name, .world_from_camera = *frame.world_from_camera};
    view.depth = clean_depth(source_.depth_of(frame),
                             {.min_m = static_cast<float>(std::max(options.min_depth_m, 1e-3)),
                              .max_m = static_cast<float>(options.max_depth_m)});
    view.intrinsics = scale_intrinsics(*frame.intrinsics, view.depth.width, view.depth.height);
    if (!frame.image.empty()) {
      view.color = resize_area(frame.image, view.depth.width, view.depth.height);
    }
    return view;
  }

  void take_moving(const Frame& frame, PosedDepth& view) {
    const auto file = find_file(arguments_.masks, frame.name, depth_endings());
    if (!file) {
      skipped_.add("frames without a mask, all of which was taken to stand still", frame.name);
      return;
    }
    PosedDepth moving = view;
    moving.depth = take_masked(view.depth, read_confidence(*file));
    moving_->add(moving, frame.time_s);
  }

  void finish() {
    const Mesh mesh = volume_.extract_mesh(arguments_.least_views);
    if (mesh.triangles.empty()) {
      fail(ErrorKind::kInvalidData,
           "expected a surface in '{}', found none in the {} frames that were fused",
           arguments_.capture.string(), fused_);
    }
    if (moving_) moving_->finish(mesh);
    if (!arguments_.preview.empty()) {
      write_image(arguments_.preview,
                  picture_of_mesh(mesh, up_.cast<float>(), towards_.cast<float>(), 1280, 960));
    }
    write_mesh(arguments_.output, mesh);
    fmt::print("{}: {} vertices, {} triangles from {} frames; the volume took {:.2f} GB\n",
               arguments_.output.string(), mesh.vertices.positions_m.size(), mesh.triangles.size(),
               fused_, 1e-9 * static_cast<double>(volume_.memory_bytes()));
    if (moving_) {
      fmt::print("{}: {} moving points\n", arguments_.moving.string(), moving_->point_count());
    }
  }

  const FuseArguments& arguments_;
  TsdfVolume volume_;
  std::unique_ptr<Capture> capture_;
  DepthSource source_;
  std::optional<MovingClouds> moving_;
  ProblemList skipped_;
  Eigen::Vector3d up_ = Eigen::Vector3d::Zero();  ///< The sum of the frames' upward directions.
  Eigen::Vector3d towards_ = Eigen::Vector3d::Zero();  ///< And of where they looked.
  std::size_t fused_ = 0;
};

void run(FuseArguments arguments) {
  check_mesh_ending(arguments.output);
  volume_options(arguments);
  if (arguments.threads > 0) set_thread_count(arguments.threads);
  if (arguments.moving.empty()) {
    arguments.moving =
        arguments.output.parent_path() / (arguments.output.stem().string() + "_moving");
  }
  Fusion(arguments).run();
}

void add_volume_options(CLI::App& verb, FuseArguments& arguments) {
  const std::string group = "Volume";
  verb.add_option("--preset", arguments.preset,
                  "paper (voxels of 0.04 m), benchmark (0.02 m, truncation 0.15 m, depth to 5 m), "
                  "street (0.1 m, depth to 35 m)")
      ->check(CLI::IsMember({"paper", "benchmark", "street"}).description(""))
      ->capture_default_str()
      ->group(group);
  verb.add_option("--voxel", arguments.voxel_size_m, "Voxel size in metres")->group(group);
  verb.add_option("--truncation", arguments.truncation_m,
                  "Distances count up to this, in metres (default: as many voxels as the preset's)")
      ->group(group);
  verb.add_option("--depth-min", arguments.min_depth_m, "Leave out what is nearer, metres")
      ->group(group);
  verb.add_option("--depth-max", arguments.max_depth_m, "Leave out what is farther, metres")
      ->group(group);
  verb.add_option("--min-views", arguments.least_views, "Keep only surface that so many frames saw")
      ->check(CLI::Range(1, 1000000).description(""))
      ->capture_default_str()
      ->group(group);
  verb.add_flag("!--no-color", arguments.color, "Without colours: a third less memory")
      ->group(group);
  verb.add_option("--memory", arguments.memory_limit_gb,
                  "Stop with an error before the volume takes more, GB")
      ->capture_default_str()
      ->group(group);
}

void add_depth_options(CLI::App& verb, FuseArguments& arguments) {
  const std::string group = "Depth";
  verb.add_option("--depth", arguments.source.depth,
                  "predicted (by the model), prompt (as measured), truth (where the recording has "
                  "it), or a folder of depth maps named like the frames")
      ->capture_default_str()
      ->group(group);
  verb.add_option("--confidence", arguments.source.min_confidence,
                  "Leave out depth where the sensor's confidence is below this (phones: 0, 1, 2; "
                  "default: 1 for the prompt, none for other depth)")
      ->group(group);
  verb.add_option("--masks", arguments.masks,
                  "Folder of masks named like the frames (grey, non-zero = moving): kept out of "
                  "the mesh, written as one point cloud per frame")
      ->check(CLI::ExistingDirectory.description(""))
      ->group(group);
  verb.add_option("--moving", arguments.moving,
                  "Folder for those point clouds (default: the mesh's name + _moving)")
      ->group(group);
  verb.add_option("--range", arguments.range, "Frames FIRST:END of the recording, from 0")
      ->group(group);
  verb.add_option("--every", arguments.every, "Only every N-th frame")
      ->check(CLI::Range(1, 1000000).description(""))
      ->capture_default_str()
      ->group(group);
}

}  // namespace

void add_fuse(CLI::App& app) {
  auto arguments = std::make_shared<FuseArguments>();
  arguments->source.estimator.output_size = OutputSize::kNetwork;
  CLI::App* verb = app.add_subcommand("fuse", "A recording with poses -> one mesh");
  verb->add_option("CAPTURE", arguments->capture, "The recording: a folder or a zip archive")
      ->required()
      ->check(CLI::ExistingPath.description(""));
  verb->add_option("-o,--output", arguments->output, "The mesh: .ply, .obj or .glb")->required();
  verb->add_option("--preview", arguments->preview,
                   "Picture of the mesh from above (.jpg or .png)");
  add_depth_options(*verb, *arguments);
  add_volume_options(*verb, *arguments);
  add_estimator_options(*verb, arguments->source.estimator, arguments->source.model,
                        arguments->threads);
  verb->footer(
      "The mesh is written at the end, whole or not at all; a run that was stopped is simply run "
      "again.\n\n"
      "Examples:\n"
      "  promptdepth fuse recording.zip -o mesh.ply --preset paper --preview mesh.jpg\n"
      "  promptdepth fuse recording/ -o lidar.ply --depth prompt --confidence 2\n"
      "  promptdepth fuse recording/ -o room.glb --depth depth/ --voxel 0.01 --every 5\n"
      "  promptdepth fuse recording/ -o room.ply --masks masks/ --moving people/");
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
