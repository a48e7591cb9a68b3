#pragma once

#include <filesystem>
#include <memory>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// Writes pictures of one size as a video in an .mp4 container: H.264 where OpenCV's FFmpeg has an
/// encoder for it, else MPEG-4 part 2. An odd last row or column is left out.
class VideoWriter {
 public:
  /// Throws Error(kUnsupported) where there is no encoder, Error(kIo) when the file cannot be
  /// written.
  VideoWriter(const std::filesystem::path& path, int width, int height, double frames_per_second);
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;
  ~VideoWriter();

  /// Throws Error(kInvalidArgument) for a picture of another size.
  void write(const Image& picture);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace promptdepth
