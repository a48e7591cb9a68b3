#pragma once

#include <cstdint>

namespace promptdepth {

/// What a container says of its video; frame_count is 0 where it does not.
struct VideoProperties {
  int width = 0;
  int height = 0;
  std::int64_t frame_count = 0;
  double frames_per_second = 0;
};

/// A decoded picture: rows of blue, green, red bytes, valid until the next call.
struct VideoPicture {
  const std::uint8_t* bgr = nullptr;
  int width = 0;
  int height = 0;
  std::int64_t row_bytes = 0;
};

/// The functions of the library promptdepth_video, which is loaded when the first video is opened:
/// OpenCV's videoio brings two hundred libraries with it, too many to load where no video is read.
/// None of them throws.
struct VideoDecoderFunctions {
  void* (*open)(const char* path);  ///< A decoder, or null when FFmpeg finds no video in the file.
  void (*close)(void* decoder);
  void (*properties)(void* decoder, VideoProperties* properties);
  bool (*grab)(void* decoder);  ///< Decodes the next picture; false at the end.
  bool (*retrieve)(void* decoder, VideoPicture* picture);
};

/// The name by which the functions are found.
inline constexpr const char* kVideoDecoderSymbol = "promptdepth_video_decoder";

}  // namespace promptdepth
