#include "promptdepth/recording/depth_video.h"

#include <algorithm>
#include <array>
#include <optional>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/capture/video_writer.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/preview.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr int kWidth_px = 1440;

/// True when no depth map was written after the video.
bool is_up_to_date(const fs::path& video, const fs::path& depth_folder) {
  std::error_code error;
  const fs::file_time_type made = fs::last_write_time(video, error);
  if (error) return false;
  return std::all_of(
      fs::directory_iterator(depth_folder), fs::directory_iterator(),
      [made](const fs::directory_entry& entry) { return entry.last_write_time() <= made; });
}

/// One picture of the video.
Image picture_of(const Frame& frame, const DepthMap& depth, const DepthRecordingOptions& options,
                 const PromptSurvey& survey) {
  const Image photo = apply_orientation(frame.image, frame.upright);
  const DepthMap prompt = apply_orientation(
      trusted_prompt(frame, options.min_confidence, CleanOptions{}), frame.upright);
  const DepthMap upright_depth = apply_orientation(depth, frame.upright);
  const std::array panels = {PreviewPanel{.title = "photo", .photo = &photo},
                             PreviewPanel{.title = "prompt", .depth = &prompt},
                             PreviewPanel{.title = "depth", .depth = &upright_depth}};
  return draw_panels(panels, survey.colors,
                     {.width_px = kWidth_px, .color_map = options.color_map});
}

}  // namespace

void write_depth_video(const Capture& capture, const DepthRecordingOptions& options,
                       const PromptSurvey& survey, const fs::path& folder,
                       const ProgressCallback& progress, std::vector<std::string>& problems) {
  const fs::path video = folder / "video.mp4";
  if (is_up_to_date(video, folder / "depth")) return;
  try {
    write_atomically(video, [&](const fs::path& temporary) {
      const auto stream = capture.stream(options.frames);
      std::optional<VideoWriter> writer;
      std::int64_t done = 0;
      while (const std::optional<Frame> frame = stream->next()) {
        if (progress)
          progress(done++, static_cast<std::int64_t>(capture.size()), "making the video");
        const fs::path file = depth_file(folder, frame->name, options.format);
        if (!fs::exists(file)) continue;
        const Image picture = picture_of(*frame, read_depth(file), options, survey);
        if (!writer)
          writer.emplace(temporary, picture.width, picture.height, survey.frames_per_second);
        writer->write(picture);
      }
    });
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kIo) throw;
    problems.push_back(fmt::format("no video: {}", error.what()));
  }
}

}  // namespace promptdepth
