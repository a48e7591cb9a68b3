#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/contact_sheet.h"
#include "promptdepth/capture/inspection.h"
#include "promptdepth/cli/terminal.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/file_ending.h"

namespace promptdepth {
namespace {

using nlohmann::ordered_json;

struct InspectArguments {
  std::filesystem::path capture;
  std::filesystem::path preview;
  std::size_t most_frames = 500;
  std::size_t preview_frames = 12;
  bool json = false;
};

const char* name_of(PoseVerdict verdict) {
  switch (verdict) {
    case PoseVerdict::kAgree:
      return "agree";
    case PoseVerdict::kDoubtful:
      return "doubtful";
    case PoseVerdict::kDisagree:
      return "disagree";
    case PoseVerdict::kNotKnown:
      break;
  }
  return "not known";
}

const char* name_of(PoseReading reading) {
  switch (reading) {
    case PoseReading::kOpenGl:
      return "of cameras with y up and z backward (OpenGL)";
    case PoseReading::kInverse:
      return "camera_from_world";
    case PoseReading::kInverseOfOpenGl:
      return "camera_from_world with y up and z backward (OpenGL)";
    case PoseReading::kAsRead:
      break;
  }
  return "as they were read";
}

int degrees_clockwise(ExifOrientation upright) {
  switch (upright) {
    case ExifOrientation::kRotated90:
      return 90;
    case ExifOrientation::kRotated180:
      return 180;
    case ExifOrientation::kRotated270:
      return 270;
    default:
      return 0;
  }
}

std::string text_of(const DepthDisagreement& disagreement) {
  return fmt::format("{:.0f} mm or {:.1f} % of the depth", 1000 * disagreement.median_m,
                     100 * disagreement.median_share);
}

std::string text_of(const PoseCheckResult& check) {
  if (check.verdict == PoseVerdict::kNotKnown) {
    return "not possible: no poses, no camera, or no frames that overlap from different places";
  }
  const std::string apart = fmt::format("{} in the median, {} pairs of overlapping frames",
                                        text_of(check.disagreement), check.disagreement.pairs);
  if (check.better_reading) {
    return fmt::format("POSES DO NOT FIT THE DEPTH: {}; taken as {} they would: {}", apart,
                       name_of(*check.better_reading), text_of(check.better));
  }
  switch (check.verdict) {
    case PoseVerdict::kAgree:
      return "fine, poses and depth agree: " + apart;
    case PoseVerdict::kDoubtful:
      return "doubtful, poses and depth agree roughly: " + apart;
    default:
      return "POSES, CAMERA OR DEPTH ARE WRONG: " + apart;
  }
}

void print_text(const Inspection& i) {
  fmt::print("format       {}\n", i.format);
  fmt::print("frames       {}{}{}{}\n", i.frames,
             i.looked_at < i.frames ? fmt::format(" ({} looked at)", i.looked_at) : "",
             i.rate_hz > 0 ? fmt::format(", {:.3g} per second", i.rate_hz) : "",
             i.duration_s > 0 ? fmt::format(", {:.1f} s", i.duration_s) : "");
  const int turn = degrees_clockwise(i.upright);
  fmt::print("pictures     {} x {}{}\n", i.picture_width, i.picture_height,
             turn != 0 ? fmt::format(", upright when turned {} degrees clockwise", turn) : "");
  fmt::print("prompts      {} x {}, {:.1f} % measured{}\n", i.prompt_width, i.prompt_height,
             100 * i.valid_share,
             i.confident_share
                 ? fmt::format(", {:.1f} % of that with high confidence", 100 * *i.confident_share)
                 : "");
  fmt::print("depth        {:.2f} to {:.2f} m, median {:.2f} m\n", i.near_m, i.far_m, i.median_m);
  if (i.intrinsics) {
    fmt::print("camera       fx {:.1f}, fy {:.1f}, cx {:.1f}, cy {:.1f}\n", i.intrinsics->fx,
               i.intrinsics->fy, i.intrinsics->cx, i.intrinsics->cy);
  } else {
    fmt::print("camera       not known\n");
  }
  if (i.posed_share > 0) {
    fmt::print("path         {:.2f} m, poses for {:.0f} % of the frames\n", i.path_m,
               100 * i.posed_share);
  } else {
    fmt::print("path         no poses\n");
  }
  fmt::print("self check   {}\n", text_of(i.pose_check));
  for (const std::string& problem : i.problems) fmt::print("problem      {}\n", problem);
}

ordered_json json_of(const DepthDisagreement& disagreement) {
  return {{"median_m", disagreement.median_m},
          {"median_share", disagreement.median_share},
          {"pairs", disagreement.pairs}};
}

ordered_json json_of(const PoseCheckResult& check) {
  ordered_json json = {{"verdict", name_of(check.verdict)}};
  if (check.verdict == PoseVerdict::kNotKnown) return json;
  json["disagreement"] = json_of(check.disagreement);
  if (check.better_reading) {
    json["better_reading"] = name_of(*check.better_reading);
    json["disagreement_of_better_reading"] = json_of(check.better);
  }
  return json;
}

void print_json(const Inspection& i) {
  ordered_json json = {{"format", i.format},
                       {"frames", i.frames},
                       {"looked_at", i.looked_at},
                       {"rate_hz", i.rate_hz},
                       {"duration_s", i.duration_s},
                       {"picture", {{"width", i.picture_width}, {"height", i.picture_height}}},
                       {"upright_degrees_clockwise", degrees_clockwise(i.upright)},
                       {"prompt", {{"width", i.prompt_width}, {"height", i.prompt_height}}},
                       {"depth_m", {{"near", i.near_m}, {"median", i.median_m}, {"far", i.far_m}}},
                       {"valid_share", i.valid_share}};
  if (i.confident_share) json["confident_share"] = *i.confident_share;
  if (i.intrinsics) {
    json["intrinsics"] = {{"fx", i.intrinsics->fx},
                          {"fy", i.intrinsics->fy},
                          {"cx", i.intrinsics->cx},
                          {"cy", i.intrinsics->cy}};
  }
  json["posed_share"] = i.posed_share;
  json["path_m"] = i.path_m;
  json["self_check"] = json_of(i.pose_check);
  json["problems"] = i.problems;
  fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void write_preview(const Capture& capture, const InspectArguments& arguments) {
  ProgressBar progress("contact sheet");
  const std::vector<SheetFrame> frames =
      sheet_frames(capture, arguments.preview_frames,
                   [&](std::int64_t done, std::int64_t total, std::string_view detail) {
                     progress.update(done, total, detail);
                   });
  write_image(arguments.preview, draw_recording_sheet(frames));
}

/// Before anything is read.
void check_preview_ending(const std::filesystem::path& path) {
  const std::string ending = file_ending(path);
  if (path.empty() || ending == ".png" || ending == ".jpg" || ending == ".jpeg") return;
  fail(ErrorKind::kInvalidArgument, "expected --preview with a name in .png or .jpg, found '{}'",
       path.string());
}

void run(const InspectArguments& arguments) {
  check_preview_ending(arguments.preview);
  const auto capture = open_capture(arguments.capture);
  Inspection inspection;
  {
    ProgressBar progress("inspect");
    inspection =
        inspect_capture(*capture, arguments.most_frames,
                        [&](std::int64_t done, std::int64_t total, std::string_view detail) {
                          progress.update(done, total, detail);
                        });
  }
  if (arguments.json) {
    print_json(inspection);
  } else {
    print_text(inspection);
  }
  if (!arguments.preview.empty()) write_preview(*capture, arguments);
}

}  // namespace

void add_inspect(CLI::App& app) {
  auto arguments = std::make_shared<InspectArguments>();
  CLI::App* verb = app.add_subcommand(
      "inspect",
      "Say what is in a recording (frames, sizes, depth, camera, poses), and check that its poses "
      "fit its depth");
  verb->add_option(
          "CAPTURE", arguments->capture,
          "A folder or zip archive: Stray Scanner, Record3D as EXR + JPG, Polycam, "
          "ARKitScenes, ScanNet++ iPhone, TUM RGB-D, 3DMatch, 7-Scenes, nerfstudio, KITTI, "
          "or a plain folder")
      ->required();
  verb->add_option("--preview", arguments->preview,
                   "Write a contact sheet of photos and their depth (.png, .jpg)");
  verb->add_option("--preview-frames", arguments->preview_frames, "Frames on the contact sheet")
      ->check(CLI::Range(1, 100).description(""))
      ->capture_default_str();
  verb->add_option("--frames", arguments->most_frames,
                   "Look at most at so many frames, evenly spread over the recording")
      ->check(CLI::Range(1, 10'000'000).description(""))
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->footer("Example: promptdepth inspect 8653a2142b --preview sheet.png");
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
