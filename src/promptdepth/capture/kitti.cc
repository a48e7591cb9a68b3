#include "promptdepth/capture/kitti.h"

#include <array>
#include <map>
#include <utility>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/numbered_files.h"
#include "promptdepth/capture/pose.h"
#include "promptdepth/capture/text_lines.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCalibrationBytes = 1 << 20;
constexpr const char* kFormat = "KITTI";

using Values = std::map<std::string, std::vector<double>, std::less<>>;

Values named_values(std::string_view text) {
  Values values;
  for (const std::string_view line : lines_of(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (auto numbers = parse_numbers(line.substr(colon + 1), 16)) {
      values.insert_or_assign(std::string(line.substr(0, colon)), std::move(*numbers));
    }
  }
  return values;
}

/// The first of the names with `count` numbers.
const std::vector<double>* lookup(const Values& values,
                                  std::initializer_list<std::string_view> names,
                                  std::size_t count) {
  for (const std::string_view name : names) {
    const auto found = values.find(name);
    if (found != values.end() && found->second.size() == count) return &found->second;
  }
  return nullptr;
}

/// [R | t] by rows.
std::vector<double> rows_of(const std::vector<double>& r, const std::vector<double>& t) {
  return {r[0], r[1], r[2], t[0], r[3], r[4], r[5], t[1], r[6], r[7], r[8], t[2]};
}

std::optional<Eigen::Isometry3d> camera0_from_lidar(const Values& values) {
  if (const auto* rows = lookup(values, {"Tr_velo_to_cam", "Tr_velo_cam", "Tr"}, 12)) {
    return pose_from_matrix(*rows);
  }
  const auto* r = lookup(values, {"R"}, 9);
  const auto* t = lookup(values, {"T"}, 3);
  return r != nullptr && t != nullptr ? pose_from_matrix(rows_of(*r, *t)) : std::nullopt;
}

std::optional<Eigen::Isometry3d> rectification(const Values& values) {
  const auto* r = lookup(values, {"R0_rect", "R_rect", "R_rect_00"}, 9);
  return r != nullptr ? pose_from_matrix(rows_of(*r, {0, 0, 0})) : Eigen::Isometry3d::Identity();
}

/// The pictures and sweeps of a layout, by number.
struct Files {
  fs::path picture_folder;
  fs::path sweep_folder;
  NumberedFiles pictures;
  NumberedFiles sweeps;
};

std::optional<Files> find_files(const fs::path& folder, Recording& recording) {
  constexpr std::array kLayouts = {std::pair("image_2", "velodyne"),
                                   std::pair("image_02/data", "velodyne_points/data")};
  for (const auto& [pictures, sweeps] : kLayouts) {
    Files files{.picture_folder = pictures,
                .sweep_folder = sweeps,
                .pictures = numbered_files(folder / pictures, "", {".png", ".jpg"}),
                .sweeps = numbered_files(folder / sweeps, "", {".bin"})};
    if (files.pictures.empty() || files.sweeps.empty()) continue;
    note_missing(files.pictures, files.sweeps, "pictures without a sweep", recording.problems);
    note_missing(files.sweeps, files.pictures, "sweeps without a picture", recording.problems);
    return files;
  }
  return std::nullopt;
}

std::string calibration_text(const fs::path& path) {
  return read_text_file(path, kMostCalibrationBytes);
}

/// The calibration of a whole drive; nothing where every frame has its own.
std::optional<KittiCalibration> drive_calibration(const fs::path& folder) {
  std::error_code error;
  if (const fs::path path = folder / "calib.txt"; fs::is_regular_file(path, error)) {
    return parse_kitti_calibration(calibration_text(path), path.string());
  }
  for (const fs::path& place : {folder, folder.parent_path()}) {
    const fs::path cameras = place / "calib_cam_to_cam.txt";
    const fs::path scanner = place / "calib_velo_to_cam.txt";
    if (!fs::is_regular_file(cameras, error) || !fs::is_regular_file(scanner, error)) continue;
    return parse_kitti_calibration(calibration_text(cameras) + '\n' + calibration_text(scanner),
                                   cameras.string());
  }
  return std::nullopt;
}

void add_calibration(const KittiCalibration& calibration, FrameRecord& frame) {
  frame.intrinsics = calibration.intrinsics;
  frame.camera_from_lidar = calibration.camera_from_lidar;
}

/// A frame's own calibration, if it has one that can be read.
bool add_own_calibration(const fs::path& folder, FrameRecord& frame, ProblemList& problems) {
  try {
    const fs::path path = folder / "calib" / (frame.name + ".txt");
    add_calibration(parse_kitti_calibration(calibration_text(path), path.string()), frame);
    return true;
  } catch (const Error& error) {
    problems.add("frames without calibration left out", error.what());
    return false;
  }
}

std::vector<std::string_view> lines_of_file(const fs::path& path, std::string& text) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return {};
  text = read_text_file(path);
  return lines_of(text);
}

/// Times and poses of odometry's sequences: line n belongs to picture n.
void add_track(Recording& recording, const KittiCalibration& calibration) {
  const fs::path& folder = recording.folder;
  std::string times_text;
  std::string poses_text;
  const auto times = lines_of_file(folder / "times.txt", times_text);
  auto poses = lines_of_file(folder / "poses.txt", poses_text);
  if (poses.empty()) {
    const std::string name = folder.filename().string() + ".txt";
    poses = lines_of_file(folder.parent_path().parent_path() / "poses" / name, poses_text);
  }
  for (FrameRecord& frame : recording.frames) {
    const auto line = static_cast<std::size_t>(frame.number);
    if (line < times.size()) {
      const auto time = parse_numbers(times[line], 1);
      if (time && time->size() == 1) frame.time_s = time->front();
    }
    if (line >= poses.size()) continue;
    const auto numbers = parse_numbers(poses[line], 12);
    const auto world_from_camera0 = numbers ? pose_from_matrix(*numbers) : std::nullopt;
    if (world_from_camera0) {
      frame.world_from_camera = *world_from_camera0 * calibration.camera_from_camera0.inverse();
    }
  }
}

std::optional<Recording> list_drive(const fs::path& folder) {
  Recording recording{.format = kFormat, .folder = folder};
  const auto files = find_files(folder, recording);
  if (!files) return std::nullopt;
  const auto calibration = drive_calibration(folder);
  for (const auto& [number, picture] : files->pictures) {
    const auto sweep = files->sweeps.find(number);
    if (sweep == files->sweeps.end()) continue;
    FrameRecord frame{.name = fs::path(picture).stem().string(),
                      .image = files->picture_folder / picture,
                      .points = files->sweep_folder / sweep->second,
                      .number = number};
    if (calibration) {
      add_calibration(*calibration, frame);
    } else if (!add_own_calibration(folder, frame, recording.problems)) {
      continue;
    }
    recording.frames.push_back(std::move(frame));
  }
  if (calibration) add_track(recording, *calibration);
  return recording;
}

std::optional<Recording> list_small(const fs::path& folder) {
  Recording recording{.format = kFormat, .folder = folder};
  for (const std::string& file : files_in(folder)) {
    if (!file.ends_with(".bin")) continue;
    const std::string name = file.substr(0, file.size() - 4);
    const auto picture = find_file(folder, name, image_endings());
    const auto camera = find_file(folder, name + "_cam2_K", {".txt"});
    const auto place = find_file(folder, name + "_lidar2cam2", {".txt"});
    if (!picture || !camera || !place) continue;
    FrameRecord frame{.name = name,
                      .image = picture->filename(),
                      .points = file,
                      .camera = camera->filename(),
                      .camera_from_lidar = read_pose_matrix(*place)};
    recording.frames.push_back(std::move(frame));
  }
  return recording.frames.empty() ? std::nullopt : std::optional(std::move(recording));
}

}  // namespace

KittiCalibration parse_kitti_calibration(std::string_view text, std::string_view where) {
  const Values values = named_values(text);
  const auto* p = lookup(values, {"P2", "P_rect_02"}, 12);
  const auto camera0 = camera0_from_lidar(values);
  const auto rectified = rectification(values);
  if (p == nullptr || !((*p)[0] > 0 && (*p)[5] > 0) || !camera0 || !rectified) {
    fail(ErrorKind::kInvalidData,
         "expected P2 and Tr_velo_to_cam (or P_rect_02, R and T) of a camera and a scanner in "
         "'{}', found others",
         where);
  }
  using Projection = Eigen::Matrix<double, 3, 4, Eigen::RowMajor>;
  const Eigen::Map<const Projection> projection(p->data());
  KittiCalibration calibration;
  calibration.intrinsics = {.fx = projection(0, 0),
                            .fy = projection(1, 1),
                            .cx = projection(0, 2),
                            .cy = projection(1, 2)};
  // P2 = K [I | t]: the second camera stands at -t of the first.
  calibration.camera_from_camera0.translation() =
      Eigen::Matrix3d(projection.leftCols<3>()).inverse() * projection.col(3);
  calibration.camera_from_lidar = calibration.camera_from_camera0 * *rectified * *camera0;
  if (!calibration.camera_from_lidar.matrix().allFinite()) {
    fail(ErrorKind::kInvalidData, "expected finite numbers in '{}', found others", where);
  }
  return calibration;
}

std::optional<Recording> list_kitti(const fs::path& folder) {
  if (auto recording = list_drive(folder)) return recording;
  return list_small(folder);
}

}  // namespace promptdepth
