#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "promptdepth/base/progress.h"
#include "promptdepth/recording/depth_recording.h"
#include "promptdepth/recording/prompt_survey.h"

namespace promptdepth {

/// Writes folder/video.mp4, unless it is there and not older than any depth map: photo, prompt and
/// depth of every frame that has a depth map, upright, side by side in the colours of one range for
/// all. Whole or not at all. What cannot be shown, or a build without an encoder, is said in
/// `problems`.
void write_depth_video(const Capture& capture, const DepthRecordingOptions& options,
                       const PromptSurvey& survey, const std::filesystem::path& folder,
                       const ProgressCallback& progress, std::vector<std::string>& problems);

}  // namespace promptdepth
