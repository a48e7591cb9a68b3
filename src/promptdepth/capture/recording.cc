#include "promptdepth/capture/recording.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/ranges.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/capture/depth_stream.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/velodyne.h"
#include "promptdepth/capture/video.h"
#include "promptdepth/geometry/projection.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCameraBytes = 1 << 16;

bool is_of_the_data(const Error& error) {
  return error.kind() == ErrorKind::kIo || error.kind() == ErrorKind::kInvalidData ||
         error.kind() == ErrorKind::kUnsupported;
}

struct PictureSize {
  int width = 0;
  int height = 0;
};

/// Reads the frames of a recording whose numbers only grow.
class FrameReader {
 public:
  FrameReader(const Recording& recording, FrameParts parts, ProblemList& problems)
      : recording_(recording), parts_(parts), problems_(problems) {
    if (!recording.video.empty() && parts == FrameParts::kAll) {
      video_ = std::make_unique<VideoReader>(recording.folder / recording.video);
    }
    if (!recording.depth_stream.empty()) {
      depth_stream_ = DepthStream::open(recording.folder / recording.depth_stream);
    }
  }

  Frame read(const FrameRecord& record) {
    Frame frame{.name = record.name,
                .world_from_camera = record.world_from_camera,
                .time_s = record.time_s,
                .upright = recording_.upright};
    if (parts_ == FrameParts::kAll) read_picture(record, frame);
    frame.intrinsics = intrinsics_or_none(record, frame);
    frame.prompt = record.points.empty() ? read_map(record, frame) : project_sweep(record, frame);
    if (!record.confidence.empty()) frame.confidence = read_confidence_of(record, frame.prompt);
    if (!record.truth.empty() && !frame.image.empty()) {
      frame.depth = read_depth_of(frame.image, recording_.folder / record.truth);
    }
    return frame;
  }

 private:
  /// As stored; a turn that the file asks for goes to `upright`.
  void read_picture(const FrameRecord& record, Frame& frame) {
    if (record.image.empty()) {
      frame.image = video_->read(record.number);
    } else {
      LoadedImage loaded = read_image(recording_.folder / record.image);
      frame.image = apply_orientation(std::move(loaded.image), inverse(loaded.orientation));
      if (loaded.orientation != ExifOrientation::kUpright) frame.upright = loaded.orientation;
    }
    picture_size_ = {.width = frame.image.width, .height = frame.image.height};
  }

  DepthMap read_map(const FrameRecord& record, const Frame& frame) {
    const CleanOptions clean{.max_m = recording_.max_depth_m};
    const fs::path path = recording_.folder / record.depth;
    DepthMap prompt = clean_depth(record.depth.empty() ? depth_stream_->read(record.number)
                                                       : read_depth(path, recording_.depth_options),
                                  clean);
    if (!frame.image.empty()) require_same_view(prompt, frame.image, path.string());
    return prompt;
  }

  /// The sweep's points where the camera sees them.
  DepthMap project_sweep(const FrameRecord& record, const Frame& frame) const {
    const fs::path path = recording_.folder / record.points;
    if (!frame.intrinsics || !record.camera_from_lidar) {
      fail(ErrorKind::kInvalidData, "expected a camera for the points of '{}', found none",
           path.string());
    }
    const Eigen::Isometry3f camera_from_lidar = record.camera_from_lidar->cast<float>();
    std::vector<Vec3f> points = read_velodyne(path);
    for (Vec3f& point : points) point = camera_from_lidar * point;
    return project_points(points, *frame.intrinsics);
  }

  DepthMap read_confidence_of(const FrameRecord& record, const DepthMap& prompt) const {
    const fs::path path = recording_.folder / record.confidence;
    DepthMap confidence = read_confidence(path);
    if (confidence.width != prompt.width || confidence.height != prompt.height) {
      fail(ErrorKind::kInvalidData, "expected {}×{} pixels in '{}', found {}×{}", prompt.width,
           prompt.height, path.string(), confidence.width, confidence.height);
    }
    for (float& value : confidence.values) {
      value = std::clamp(std::round(value / recording_.confidence_per_level), 0.0F, 2.0F);
    }
    return confidence;
  }

  /// A frame is of use without a camera.
  std::optional<Intrinsics> intrinsics_or_none(const FrameRecord& record, const Frame& frame) {
    try {
      return read_intrinsics(record, frame);
    } catch (const Error& error) {
      if (!is_of_the_data(error)) throw;
      problems_.add("frames whose camera cannot be read",
                    fmt::format("{}: {}", record.name, error.what()));
      return std::nullopt;
    }
  }

  std::optional<Intrinsics> read_intrinsics(const FrameRecord& record, const Frame& frame) {
    const fs::path& camera = record.camera.empty() ? recording_.camera : record.camera;
    std::optional<Intrinsics> intrinsics =
        record.intrinsics ? record.intrinsics : recording_.intrinsics;
    if (camera.empty() && !intrinsics) return std::nullopt;
    const PictureSize size = picture_size(record, frame);
    if (!camera.empty()) {
      const fs::path path = recording_.folder / camera;
      return parse_intrinsics(read_text_file(path, kMostCameraBytes), size.width, size.height,
                              fmt::format("'{}'", path.string()));
    }
    if (intrinsics->width == 0) {
      intrinsics->width = size.width;
      intrinsics->height = size.height;
    }
    return scale_intrinsics(*intrinsics, size.width, size.height);
  }

  /// Where pictures are not wanted, that of one of them.
  PictureSize picture_size(const FrameRecord& record, const Frame& frame) {
    if (frame.image.empty() && picture_size_.width == 0) {
      if (record.image.empty()) {
        const VideoReader video(recording_.folder / recording_.video);
        picture_size_ = {.width = video.width(), .height = video.height()};
      } else {
        const Image image =
            read_image(recording_.folder / record.image, {.apply_exif = false}).image;
        picture_size_ = {.width = image.width, .height = image.height};
      }
    }
    return picture_size_;
  }

  const Recording& recording_;
  FrameParts parts_;
  ProblemList& problems_;
  std::unique_ptr<VideoReader> video_;
  std::unique_ptr<DepthStream> depth_stream_;
  PictureSize picture_size_;
};

class RecordingStream : public FrameStream {
 public:
  RecordingStream(const Recording& recording, const FrameRange& range, FrameParts parts)
      : recording_(recording),
        range_(range),
        reader_(recording, parts, problems_),
        next_(range.first) {}

  std::optional<Frame> next() override {
    while (next_ < range_.last) {
      const FrameRecord& record = recording_.frames[next_];
      next_ += std::min(range_.step, range_.last - next_);
      try {
        return reader_.read(record);
      } catch (const Error& error) {
        if (!is_of_the_data(error)) throw;
        problems_.add("frames skipped", fmt::format("{}: {}", record.name, error.what()));
      }
    }
    return std::nullopt;
  }

  std::vector<std::string> problems() const override { return problems_.sentences(); }

 private:
  const Recording& recording_;
  FrameRange range_;
  ProblemList problems_;
  FrameReader reader_;
  std::size_t next_;
};

class RecordingCapture : public Capture {
 public:
  explicit RecordingCapture(Recording recording) : recording_(std::move(recording)) {
    if (recording_.frames.empty()) {
      fail(ErrorKind::kInvalidData,
           "expected frames with picture and depth in '{}' ({}), found none{}{}",
           recording_.folder.string(), recording_.format, recording_.problems.empty() ? "" : "; ",
           fmt::join(recording_.problems.sentences(), "; "));
    }
    note_missing_poses();
  }

  std::string_view format() const override { return recording_.format; }
  std::size_t size() const override { return recording_.frames.size(); }
  std::string frame_name(std::size_t index) const override {
    return recording_.frames.at(index).name;
  }
  std::vector<std::string> problems() const override { return recording_.problems.sentences(); }

  std::unique_ptr<FrameStream> stream(const FrameRange& range, FrameParts parts) const override {
    FrameRange cut = range;
    cut.last = std::min(range.last, size());
    if (cut.step < 1 || cut.first >= cut.last) {
      fail(ErrorKind::kInvalidArgument,
           "expected a range with some of the {} frames, found {} to before {} in steps of {}",
           size(), range.first, range.last, range.step);
    }
    return std::make_unique<RecordingStream>(recording_, cut, parts);
  }

 private:
  void note_missing_poses() {
    const auto has_pose = [](const FrameRecord& frame) {
      return frame.world_from_camera.has_value();
    };
    const auto& frames = recording_.frames;
    if (std::none_of(frames.begin(), frames.end(), has_pose)) return;
    for (const FrameRecord& frame : frames) {
      if (!has_pose(frame)) recording_.problems.add("frames without a pose", frame.name);
    }
  }

  Recording recording_;
};

}  // namespace

ExifOrientation upright_by_gravity(const std::vector<FrameRecord>& frames,
                                   const Eigen::Vector3d& up_in_world) {
  using enum ExifOrientation;
  // The sky at the top, the left, the bottom and the right of the picture, and what turns it up.
  constexpr std::array kTurns{kUpright, kRotated90, kRotated180, kRotated270};
  std::array<double, 4> votes = {};
  for (const FrameRecord& frame : frames) {
    if (!frame.world_from_camera) continue;
    const Eigen::Vector3d up = frame.world_from_camera->linear().transpose() * up_in_world;
    const bool vertical = std::abs(up.y()) >= std::abs(up.x());
    const std::size_t side = vertical ? (up.y() < 0 ? 0 : 2) : (up.x() < 0 ? 1 : 3);
    votes[side] += std::max(std::abs(up.x()), std::abs(up.y()));
  }
  return kTurns[static_cast<std::size_t>(std::max_element(votes.begin(), votes.end()) -
                                         votes.begin())];
}

std::unique_ptr<Capture> capture_of(Recording recording) {
  return std::make_unique<RecordingCapture>(std::move(recording));
}

}  // namespace promptdepth
