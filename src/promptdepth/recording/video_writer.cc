#include "promptdepth/recording/video_writer.h"

#include <opencv2/core.hpp>
#include <opencv2/videoio.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/image/quantize.h"

namespace promptdepth {

struct VideoWriter::State {
  cv::VideoWriter video;
  int width = 0;
  int height = 0;
};

namespace {

cv::Mat to_bgr(const Image& image, const cv::Size& size) {
  const std::vector<std::uint8_t> rgb = quantize_8bit(image);
  cv::Mat bgr(size, CV_8UC3);
  for (int y = 0; y < size.height; ++y) {
    const std::uint8_t* in = rgb.data() + std::size_t{3} * static_cast<std::size_t>(y) *
                                              static_cast<std::size_t>(image.width);
    auto* out = bgr.ptr<cv::Vec3b>(y);
    for (int x = 0; x < size.width; ++x, in += 3) out[x] = {in[2], in[1], in[0]};
  }
  return bgr;
}

}  // namespace

VideoWriter::VideoWriter(const std::filesystem::path& path, int width, int height,
                         double frames_per_second)
    : state_(std::make_unique<State>(State{.video = {}, .width = width, .height = height})) {
  const cv::Size size(width / 2 * 2, height / 2 * 2);
  for (const char* codec : {"avc1", "mp4v"}) {
    const int code = cv::VideoWriter::fourcc(codec[0], codec[1], codec[2], codec[3]);
    if (state_->video.open(path.string(), cv::CAP_FFMPEG, code, frames_per_second, size)) return;
  }
  fail(ErrorKind::kUnsupported, "'{}': OpenCV has no encoder for a video of {}x{}", path.string(),
       size.width, size.height);
}

VideoWriter::~VideoWriter() = default;

void VideoWriter::write(const Image& picture) {
  if (picture.width != state_->width || picture.height != state_->height) {
    fail(ErrorKind::kInvalidArgument, "expected a picture of {}x{}, found {}x{}", state_->width,
         state_->height, picture.width, picture.height);
  }
  state_->video.write(to_bgr(picture, {picture.width / 2 * 2, picture.height / 2 * 2}));
}

}  // namespace promptdepth
