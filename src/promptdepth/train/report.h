#pragma once

#include <filesystem>
#include <span>

#include "promptdepth/image/image.h"
#include "promptdepth/train/recipe.h"
#include "promptdepth/train/run_record.h"

namespace promptdepth {

/// Writes one HTML page without any other file: the curves of the loss and of the held-out error,
/// the latest figures per prompt kind, and the pictures (photo, prompt, prediction, truth).
void write_report(const std::filesystem::path& path, const Recipe& recipe, const RunRecord& record,
                  std::span<const Image> pictures);

}  // namespace promptdepth
