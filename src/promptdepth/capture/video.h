#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// A video file (whatever FFmpeg decodes: H.264, HEVC, ...), picture by picture, as stored: a turn
/// that its container asks for is not made. For one thread.
class VideoReader {
 public:
  /// Throws Error(kIo) when there is no such file, Error(kInvalidData) when it is no video,
  /// Error(kUnsupported) where the library promptdepth_video (video_decoder.h) is missing.
  explicit VideoReader(const std::filesystem::path& path);
  VideoReader(const VideoReader&) = delete;
  VideoReader& operator=(const VideoReader&) = delete;
  ~VideoReader();

  int width() const;
  int height() const;

  /// What the container says; 0 when it does not. A video that was cut short has fewer.
  std::int64_t frame_count() const;
  double frames_per_second() const;

  /// Picture `number`, from 0. Numbers grow from call to call; pictures between them are decoded
  /// and dropped. Throws Error(kInvalidData) when the video ends or breaks before it.
  Image read(std::int64_t number);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace promptdepth
