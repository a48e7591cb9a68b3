#include "promptdepth/capture/video_decoder.h"

#include <cstdlib>
#include <exception>
#include <memory>

#include <opencv2/videoio.hpp>

namespace promptdepth {
namespace {

struct Decoder {
  cv::VideoCapture video;
  cv::Mat picture;
};

cv::VideoCapture& video_of(void* decoder) { return static_cast<Decoder*>(decoder)->video; }

/// FFmpeg writes to stderr what it thinks of a file, unless this is set before its first use.
void keep_ffmpeg_quiet() {
  static const int unused = ::setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
  static_cast<void>(unused);
}

void* open_decoder(const char* path) {
  keep_ffmpeg_quiet();
  try {
    auto decoder = std::make_unique<Decoder>();
    if (!decoder->video.open(path, cv::CAP_FFMPEG)) return nullptr;
    decoder->video.set(cv::CAP_PROP_ORIENTATION_AUTO, 0);
    return decoder.release();
  } catch (const std::exception&) {
    return nullptr;
  }
}

void close_decoder(void* decoder) { delete static_cast<Decoder*>(decoder); }

void properties_of(void* decoder, VideoProperties* properties) {
  const cv::VideoCapture& video = video_of(decoder);
  const double count = video.get(cv::CAP_PROP_FRAME_COUNT);
  properties->width = static_cast<int>(video.get(cv::CAP_PROP_FRAME_WIDTH));
  properties->height = static_cast<int>(video.get(cv::CAP_PROP_FRAME_HEIGHT));
  properties->frame_count = count > 0 && count < 1e12 ? static_cast<std::int64_t>(count) : 0;
  properties->frames_per_second = video.get(cv::CAP_PROP_FPS);
}

bool grab(void* decoder) {
  try {
    return video_of(decoder).grab();
  } catch (const std::exception&) {
    return false;
  }
}

bool retrieve(void* decoder, VideoPicture* picture) {
  cv::Mat& bgr = static_cast<Decoder*>(decoder)->picture;
  try {
    if (!video_of(decoder).retrieve(bgr) || bgr.type() != CV_8UC3) return false;
  } catch (const std::exception&) {
    return false;
  }
  *picture = {.bgr = bgr.data,
              .width = bgr.cols,
              .height = bgr.rows,
              .row_bytes = static_cast<std::int64_t>(bgr.step)};
  return true;
}

}  // namespace
}  // namespace promptdepth

extern "C" const promptdepth::VideoDecoderFunctions promptdepth_video_decoder;
const promptdepth::VideoDecoderFunctions promptdepth_video_decoder = {
    .open = promptdepth::open_decoder,
    .close = promptdepth::close_decoder,
    .properties = promptdepth::properties_of,
    .grab = promptdepth::grab,
    .retrieve = promptdepth::retrieve};
