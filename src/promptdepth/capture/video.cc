#include "promptdepth/capture/video.h"

#include <string>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/video_functions.h"
#include "promptdepth/image/raster.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

Image to_image(const VideoPicture& picture) {
  Image image(picture.width, picture.height);
  float* out = image.rgb.data();
  for (int y = 0; y < picture.height; ++y) {
    const std::uint8_t* in = picture.bgr + y * picture.row_bytes;
    for (int x = 0; x < picture.width; ++x, in += 3) {
      for (int c = 2; c >= 0; --c) *out++ = static_cast<float>(in[c]) / 255.0F;
    }
  }
  return image;
}

}  // namespace

struct VideoReader::State {
  State(const VideoFunctions& video_functions, const fs::path& path)
      : functions(video_functions), where(path.string()), decoder(functions.open(path.c_str())) {
    if (decoder != nullptr) functions.properties(decoder, &properties);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (decoder != nullptr) functions.close(decoder);
  }

  const VideoFunctions& functions;
  std::string where;
  void* decoder;
  VideoProperties properties = {};
  std::int64_t next = 0;  ///< The picture that the next grab() decodes.
};

VideoReader::VideoReader(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    fail(ErrorKind::kIo, "expected a video '{}', found no such file", path.string());
  }
  state_ = std::make_unique<State>(video_functions(path), path);
  if (state_->decoder == nullptr) {
    fail(ErrorKind::kInvalidData, "expected a video in '{}', found none that can be decoded",
         path.string());
  }
  check_picture_size(static_cast<std::uint64_t>(width()), static_cast<std::uint64_t>(height()),
                     path.string());
}

VideoReader::~VideoReader() = default;

int VideoReader::width() const { return state_->properties.width; }
int VideoReader::height() const { return state_->properties.height; }
std::int64_t VideoReader::frame_count() const { return state_->properties.frame_count; }
double VideoReader::frames_per_second() const { return state_->properties.frames_per_second; }

Image VideoReader::read(std::int64_t number) {
  State& state = *state_;
  PD_CHECK(number >= state.next);
  while (state.next <= number && state.functions.grab(state.decoder)) ++state.next;
  VideoPicture picture;
  if (state.next <= number || !state.functions.retrieve(state.decoder, &picture)) {
    fail(ErrorKind::kInvalidData, "expected picture {} in '{}', found the video's end after {}",
         number, state.where, state.next);
  }
  return to_image(picture);
}

}  // namespace promptdepth
