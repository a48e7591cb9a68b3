#include "promptdepth/capture/video_writer.h"

#include <cstdint>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/video_functions.h"
#include "promptdepth/image/quantize.h"

namespace promptdepth {

struct VideoWriter::State {
  State(const VideoFunctions& video_functions, int picture_width, int picture_height)
      : functions(video_functions), width(picture_width), height(picture_height) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (encoder != nullptr) functions.finish(encoder);
  }

  const VideoFunctions& functions;
  int width;
  int height;
  void* encoder = nullptr;
};

VideoWriter::VideoWriter(const std::filesystem::path& path, int width, int height,
                         double frames_per_second)
    : state_(std::make_unique<State>(video_functions(path), width, height)) {
  state_->encoder =
      state_->functions.create(path.c_str(), width / 2 * 2, height / 2 * 2, frames_per_second);
  if (state_->encoder == nullptr) {
    fail(ErrorKind::kUnsupported, "'{}': OpenCV could not start to encode a video of {}x{}",
         path.string(), width / 2 * 2, height / 2 * 2);
  }
}

VideoWriter::~VideoWriter() = default;

void VideoWriter::write(const Image& picture) {
  if (picture.width != state_->width || picture.height != state_->height) {
    fail(ErrorKind::kInvalidArgument, "expected a picture of {}x{}, found {}x{}", state_->width,
         state_->height, picture.width, picture.height);
  }
  std::vector<std::uint8_t> bytes = quantize_8bit(picture);
  for (std::size_t i = 0; i < bytes.size(); i += 3) std::swap(bytes[i], bytes[i + 2]);
  const VideoPicture bgr = {.bgr = bytes.data(),
                            .width = picture.width / 2 * 2,
                            .height = picture.height / 2 * 2,
                            .row_bytes = std::int64_t{3} * picture.width};
  if (!state_->functions.write(state_->encoder, &bgr)) {
    fail(ErrorKind::kIo, "OpenCV could not encode a picture of a video");
  }
}

}  // namespace promptdepth
