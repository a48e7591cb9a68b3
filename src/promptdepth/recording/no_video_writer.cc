#include "promptdepth/base/error.h"
#include "promptdepth/recording/video_writer.h"

namespace promptdepth {

struct VideoWriter::State {};

VideoWriter::VideoWriter(const std::filesystem::path& path, int /*width*/, int /*height*/,
                         double /*frames_per_second*/) {
  fail(ErrorKind::kUnsupported, "'{}': this build was made without OpenCV's videoio",
       path.string());
}

VideoWriter::~VideoWriter() = default;
void VideoWriter::write(const Image& /*picture*/) {}

}  // namespace promptdepth
