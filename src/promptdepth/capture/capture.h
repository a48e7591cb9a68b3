#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/capture/frame.h"

namespace promptdepth {

/// Every `step`-th frame (at least 1) from `first` to before `last`, which is cut to the recording.
struct FrameRange {
  std::size_t first = 0;
  std::size_t last = std::numeric_limits<std::size_t>::max();
  std::size_t step = 1;
};

/// What a frame is wanted for: without the picture, a video need not be decoded.
enum class FrameParts { kAll, kWithoutImage };

/// The frames of a recording, one after the other, for one thread. Holds one frame's files at a
/// time, however long the recording is.
class FrameStream {
 public:
  virtual ~FrameStream() = default;

  /// The next frame with a picture (unless it was not wanted) and a prompt; nothing after the last.
  /// What is broken is skipped and counted. Throws Error(kOutOfMemory) alone.
  virtual std::optional<Frame> next() = 0;

  /// What reading has found missing or broken so far, a sentence each.
  virtual std::vector<std::string> problems() const = 0;
};

/// A recording: frames with picture, prompt with confidence, intrinsics, pose and time, as far as
/// it has them. Pictures lie as they were stored; Frame::upright tells the turn.
class Capture {
 public:
  virtual ~Capture() = default;

  /// Such as "Stray Scanner".
  virtual std::string_view format() const = 0;

  /// Frames that have their files; some may turn out to be broken.
  virtual std::size_t size() const = 0;
  virtual std::string frame_name(std::size_t index) const = 0;

  /// What listing the files found missing, different or broken, a sentence each.
  virtual std::vector<std::string> problems() const = 0;

  /// The capture must outlive the stream. Throws Error(kInvalidArgument) for a range without a
  /// frame, Error(kIo), Error(kInvalidData) or Error(kUnsupported) when a video cannot be opened.
  virtual std::unique_ptr<FrameStream> stream(const FrameRange& range,
                                              FrameParts parts = FrameParts::kAll) const = 0;
};

/// Opens a folder or a zip archive. The format is found from the files that are there; a folder
/// around a single recording will do (docs/recordings.md lists formats and layouts). An archive is
/// unpacked into a temporary folder that goes with the capture. Throws Error(kIo) when there is no
/// such path, Error(kInvalidData) when it is no recording or has no frame.
std::unique_ptr<Capture> open_capture(const std::filesystem::path& path);

}  // namespace promptdepth
