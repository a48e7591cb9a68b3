#pragma once

#include <cstdint>
#include <filesystem>

namespace promptdepth {

/// What a container says of its video; frame_count is 0 where it does not.
struct VideoProperties {
  int width = 0;
  int height = 0;
  std::int64_t frame_count = 0;
  double frames_per_second = 0;
};

/// A picture, decoded or to be encoded: rows of blue, green, red bytes, valid until the next call.
struct VideoPicture {
  const std::uint8_t* bgr = nullptr;
  int width = 0;
  int height = 0;
  std::int64_t row_bytes = 0;
};

/// The functions of the library promptdepth_video, which is loaded when the first video is opened:
/// OpenCV's videoio brings two hundred libraries with it, too many to load where no video is read.
/// None of them throws.
struct VideoFunctions {
  void* (*open)(const char* path);  ///< A decoder, or null when FFmpeg finds no video in the file.
  void (*close)(void* decoder);
  void (*properties)(void* decoder, VideoProperties* properties);
  bool (*grab)(void* decoder);  ///< Decodes the next picture; false at the end.
  bool (*retrieve)(void* decoder, VideoPicture* picture);

  /// An encoder of pictures of even size, or null when there is none or the file cannot be written.
  void* (*create)(const char* path, int width, int height, double frames_per_second);
  bool (*write)(void* encoder, const VideoPicture* picture);
  void (*finish)(void* encoder);
};

/// The name by which the functions are found.
inline constexpr const char* kVideoFunctionsSymbol = "promptdepth_video_functions";

/// The library's functions. Throws Error(kUnsupported) that names `video` when the library is
/// nowhere: beside the program, as it is built and installed, or where the system looks.
const VideoFunctions& video_functions(const std::filesystem::path& video);

}  // namespace promptdepth
