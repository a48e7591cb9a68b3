#include "promptdepth/capture/stray_scanner.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/capture/csv.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/numbered_files.h"
#include "promptdepth/capture/pose.h"
#include "promptdepth/capture/video.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOdometry = "odometry.csv";
constexpr const char* kCamera = "camera_matrix.csv";
constexpr const char* kVideo = "rgb.mp4";
constexpr std::string_view kColumns = "timestamp, frame, x, y, z, qx, qy, qz, qw\n";
constexpr std::string_view kColumnsWithoutFrame = "timestamp, x, y, z, qx, qy, qz, qw\n";

/// The text with a header, whether it came with one or not.
std::string with_header(std::string_view text) {
  const std::string_view first_line = text.substr(0, text.find('\n'));
  const auto numbers = parse_numbers(first_line, 64);
  if (!numbers || numbers->empty()) return std::string(text);
  const auto commas = std::count(first_line.begin(), first_line.end(), ',');
  return std::string(commas == 7 ? kColumnsWithoutFrame : kColumns) + std::string(text);
}

OdometryRow parse_row(const CsvTable& table, std::size_t row) {
  const auto number = [&](const char* column) { return table.number(row, column); };
  OdometryRow result{.frame = static_cast<std::int64_t>(row), .time_s = number("timestamp")};
  if (table.has("frame")) {
    const double frame = number("frame");
    if (!(frame >= 0 && frame < 1e15)) {
      fail(ErrorKind::kInvalidData, "expected a frame's number in row {}, found {}", row + 1,
           frame);
    }
    result.frame = static_cast<std::int64_t>(frame);
  }
  const auto pose = pose_from_quaternion({number("x"), number("y"), number("z")}, number("qx"),
                                         number("qy"), number("qz"), number("qw"));
  if (!pose) fail(ErrorKind::kInvalidData, "expected a quaternion in row {}, found 0", row + 1);
  result.world_from_camera = *pose;
  if (table.has("fx") && table.has("fy") && table.has("cx") && table.has("cy")) {
    const Intrinsics camera{
        .fx = number("fx"), .fy = number("fy"), .cx = number("cx"), .cy = number("cy")};
    if (camera.fx > 0 && camera.fy > 0) result.intrinsics = camera;
  }
  return result;
}

/// The pictures: a video, or files.
NumberedFiles list_pictures(Recording& recording) {
  std::error_code error;
  if (!fs::exists(recording.folder / kVideo, error)) {
    return numbered_files(recording.folder / "rgb", "", {".jpg", ".png"});
  }
  recording.video = kVideo;
  return {};
}

/// Frames of the video behind its end; a container that does not tell its length has no end.
void drop_behind_video(Recording& recording) {
  const std::int64_t count = VideoReader(recording.folder / kVideo).frame_count();
  if (count == 0) return;
  std::erase_if(recording.frames, [&](const FrameRecord& frame) {
    if (frame.number < count) return false;
    recording.problems.add("depth maps without a picture", frame.depth.string());
    return true;
  });
  const auto depth_count = static_cast<std::int64_t>(recording.frames.size());
  if (depth_count < count) {
    recording.problems.add_remark(
        fmt::format("pictures without depth: {} of {}", count - depth_count, count));
  }
}

void list_frames(Recording& recording) {
  const fs::path& folder = recording.folder;
  const NumberedFiles pictures = list_pictures(recording);
  const NumberedFiles depths = numbered_files(folder / "depth", "", {".png", ".npy"});
  const NumberedFiles confidences = numbered_files(folder / "confidence", "", {".png", ".npy"});
  if (!confidences.empty()) {
    note_missing(depths, confidences, "depth maps without confidence", recording.problems);
  }
  for (const auto& [number, depth] : depths) {
    FrameRecord frame{
        .name = fmt::format("{:06}", number), .depth = fs::path("depth") / depth, .number = number};
    if (recording.video.empty()) {
      const auto picture = pictures.find(number);
      if (picture == pictures.end()) continue;
      frame.image = fs::path("rgb") / picture->second;
    }
    const auto confidence = confidences.find(number);
    if (confidence != confidences.end()) {
      frame.confidence = fs::path("confidence") / confidence->second;
    }
    recording.frames.push_back(std::move(frame));
  }
  if (recording.video.empty()) {
    note_missing(depths, pictures, "depth maps without a picture", recording.problems);
    note_missing(pictures, depths, "pictures without depth", recording.problems);
  } else {
    drop_behind_video(recording);
  }
}

/// By the frame's number; none, and a remark, when the file makes no sense.
std::map<std::int64_t, OdometryRow> read_odometry(Recording& recording) {
  std::map<std::int64_t, OdometryRow> rows;
  try {
    for (const OdometryRow& row :
         parse_odometry(read_text_file(recording.folder / kOdometry), recording.problems)) {
      rows.emplace(row.frame, row);
    }
  } catch (const Error& error) {
    recording.problems.add_remark(fmt::format("no poses: {}", error.what()));
  }
  return rows;
}

void add_odometry(Recording& recording) {
  const std::map<std::int64_t, OdometryRow> rows = read_odometry(recording);
  for (FrameRecord& frame : recording.frames) {
    const auto row = rows.find(frame.number);
    if (row == rows.end()) continue;
    frame.time_s = row->second.time_s;
    frame.world_from_camera = row->second.world_from_camera;
    frame.intrinsics = row->second.intrinsics;
  }
}

}  // namespace

std::vector<OdometryRow> parse_odometry(std::string_view text, ProblemList& problems) {
  const CsvTable table(with_header(text), kOdometry);
  for (const char* column : {"timestamp", "x", "y", "z", "qx", "qy", "qz", "qw"}) {
    if (table.has(column)) continue;
    fail(ErrorKind::kInvalidData, "expected a column '{}' in {}, found none", column, kOdometry);
  }
  std::vector<OdometryRow> rows;
  for (std::size_t i = 0; i < table.row_count(); ++i) {
    try {
      rows.push_back(parse_row(table, i));
    } catch (const Error& error) {
      problems.add("rows of odometry.csv left out", error.what());
    }
  }
  return rows;
}

std::optional<Recording> list_stray_scanner(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_regular_file(folder / kOdometry, error) || !first_folder(folder, {"depth"})) {
    return std::nullopt;
  }
  Recording recording{.format = "Stray Scanner", .folder = folder};
  list_frames(recording);
  add_odometry(recording);
  if (fs::exists(folder / kCamera, error)) {
    recording.camera = kCamera;
  } else {
    recording.problems.add_remark("no camera_matrix.csv");
  }
  recording.upright = upright_by_gravity(recording.frames, Eigen::Vector3d::UnitY());
  return recording;
}

}  // namespace promptdepth
