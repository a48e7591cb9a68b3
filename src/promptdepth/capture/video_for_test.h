#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <vector>

#if __has_include(<opencv2/videoio.hpp>)
#include <opencv2/videoio.hpp>
#define PROMPTDEPTH_HAS_VIDEO 1
#else
#define PROMPTDEPTH_HAS_VIDEO 0
#endif

#include "promptdepth/image/image.h"

namespace promptdepth {

/// Encodes pictures of one size, HEVC where this OpenCV can and another codec where not. Whether
/// any encoder was there.
inline bool write_video(const std::filesystem::path& path, const std::vector<Image>& pictures) {
#if PROMPTDEPTH_HAS_VIDEO
  const cv::Size size(pictures.front().width, pictures.front().height);
  cv::VideoWriter writer;
  for (const char* codec : {"hvc1", "HEVC", "avc1", "H264", "mp4v", "MJPG"}) {
    const int code = cv::VideoWriter::fourcc(codec[0], codec[1], codec[2], codec[3]);
    if (writer.open(path.string(), cv::CAP_FFMPEG, code, 30, size)) break;
  }
  if (!writer.isOpened()) return false;
  for (const Image& picture : pictures) {
    cv::Mat bgr(size, CV_8UC3);
    for (std::size_t i = 0; i < picture.rgb.size(); ++i) {
      bgr.data[i + 2 - 2 * (i % 3)] =
          static_cast<std::uint8_t>(std::lround(picture.rgb[i] * 255.0F));
    }
    writer.write(bgr);
  }
  return true;
#else
  static_cast<void>(path);
  static_cast<void>(pictures);
  return false;
#endif
}

}  // namespace promptdepth
