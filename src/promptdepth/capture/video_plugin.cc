#include <cstdlib>
#include <exception>
#include <memory>

#include <opencv2/videoio.hpp>

#include "promptdepth/capture/video_functions.h"

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

/// H.264 where this FFmpeg has an encoder for it, else MPEG-4 part 2.
void* create_encoder(const char* path, int width, int height, double frames_per_second) {
  keep_ffmpeg_quiet();
  try {
    auto encoder = std::make_unique<cv::VideoWriter>();
    for (const char* codec : {"avc1", "mp4v"}) {
      const int code = cv::VideoWriter::fourcc(codec[0], codec[1], codec[2], codec[3]);
      if (encoder->open(path, cv::CAP_FFMPEG, code, frames_per_second, {width, height})) {
        return encoder.release();
      }
    }
  } catch (const std::exception&) {
    return nullptr;
  }
  return nullptr;
}

bool write_picture(void* encoder, const VideoPicture* picture) {
  try {
    const cv::Mat bgr(picture->height, picture->width, CV_8UC3,
                      const_cast<std::uint8_t*>(picture->bgr),
                      static_cast<std::size_t>(picture->row_bytes));
    static_cast<cv::VideoWriter*>(encoder)->write(bgr);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void finish_encoder(void* encoder) { delete static_cast<cv::VideoWriter*>(encoder); }

}  // namespace
}  // namespace promptdepth

extern "C" const promptdepth::VideoFunctions promptdepth_video_functions;
const promptdepth::VideoFunctions promptdepth_video_functions = {
    .open = promptdepth::open_decoder,
    .close = promptdepth::close_decoder,
    .properties = promptdepth::properties_of,
    .grab = promptdepth::grab,
    .retrieve = promptdepth::retrieve,
    .create = promptdepth::create_encoder,
    .write = promptdepth::write_picture,
    .finish = promptdepth::finish_encoder};
