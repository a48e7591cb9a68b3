#include "promptdepth/base/error.h"
#include "promptdepth/capture/video.h"

namespace promptdepth {

struct VideoReader::State {};

VideoReader::VideoReader(const std::filesystem::path& path) {
  fail(ErrorKind::kUnsupported, "'{}': this build was made without OpenCV's videoio",
       path.string());
}

VideoReader::~VideoReader() = default;
int VideoReader::width() const { return 0; }
int VideoReader::height() const { return 0; }
std::int64_t VideoReader::frame_count() const { return 0; }
double VideoReader::frames_per_second() const { return 0; }
Image VideoReader::read(std::int64_t /*number*/) { return {}; }

}  // namespace promptdepth
