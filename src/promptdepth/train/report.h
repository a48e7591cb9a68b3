#pragma once

#include <filesystem>
#include <span>

#include "promptdepth/image/image.h"
#include "promptdepth/train/recipe.h"
#include "promptdepth/train/run_record.h"

namespace promptdepth {

/// Writes one HTML page without any other file, atomically: the curves of the loss and of the
/// held-out error, speed and the share of time spent waiting for samples, the latest figures per
/// prompt kind, and the pictures (photo, prompt, prediction, truth). Until the last update, a
/// browser reads it again every half minute.
void write_report(const std::filesystem::path& path, const Recipe& recipe, const RunRecord& record,
                  std::span<const Image> pictures);

}  // namespace promptdepth
