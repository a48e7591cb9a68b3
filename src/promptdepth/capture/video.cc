#include "promptdepth/capture/video.h"

#include <cstdlib>

#include <opencv2/videoio.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/image/raster.h"

namespace promptdepth {

struct VideoReader::State {
  cv::VideoCapture video;
  std::string where;
  std::int64_t next = 0;  ///< The picture that the next grab() decodes.
};

namespace {

Image to_image(const cv::Mat& bgr) {
  Image image(bgr.cols, bgr.rows);
  float* out = image.rgb.data();
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* in = bgr.ptr<std::uint8_t>(y);
    for (int x = 0; x < bgr.cols; ++x, in += 3) {
      for (int c = 2; c >= 0; --c) *out++ = static_cast<float>(in[c]) / 255.0F;
    }
  }
  return image;
}

/// FFmpeg writes to stderr what it thinks of a file, unless this is set before its first use.
void keep_ffmpeg_quiet() {
  static const int unused = ::setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
  static_cast<void>(unused);
}

}  // namespace

VideoReader::VideoReader(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  keep_ffmpeg_quiet();
  state_->where = path.string();
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    fail(ErrorKind::kIo, "expected a video '{}', found no such file", path.string());
  }
  if (!state_->video.open(path.string(), cv::CAP_FFMPEG)) {
    fail(ErrorKind::kInvalidData, "expected a video in '{}', found none that can be decoded",
         path.string());
  }
  state_->video.set(cv::CAP_PROP_ORIENTATION_AUTO, 0);
  check_picture_size(static_cast<std::uint64_t>(width()), static_cast<std::uint64_t>(height()),
                     path.string());
}

VideoReader::~VideoReader() = default;

int VideoReader::width() const {
  return static_cast<int>(state_->video.get(cv::CAP_PROP_FRAME_WIDTH));
}

int VideoReader::height() const {
  return static_cast<int>(state_->video.get(cv::CAP_PROP_FRAME_HEIGHT));
}

std::int64_t VideoReader::frame_count() const {
  const double count = state_->video.get(cv::CAP_PROP_FRAME_COUNT);
  return count > 0 && count < 1e12 ? static_cast<std::int64_t>(count) : 0;
}

double VideoReader::frames_per_second() const { return state_->video.get(cv::CAP_PROP_FPS); }

Image VideoReader::read(std::int64_t number) {
  PD_CHECK(number >= state_->next);
  cv::Mat bgr;
  while (state_->next <= number && state_->video.grab()) ++state_->next;
  const bool found = state_->next > number && state_->video.retrieve(bgr);
  if (!found || bgr.type() != CV_8UC3) {
    fail(ErrorKind::kInvalidData, "expected picture {} in '{}', found the video's end after {}",
         number, state_->where, state_->next);
  }
  return to_image(bgr);
}

}  // namespace promptdepth
