#pragma once

#include <filesystem>
#include <vector>

#include "promptdepth/base/progress.h"
#include "promptdepth/evaluate/method.h"
#include "promptdepth/evaluate/protocol.h"
#include "promptdepth/evaluate/results.h"

namespace promptdepth {

/// Writes into `folder`: summary.json and summary.md (the tables), pictures/KIND-RANK.jpg, and
/// report.html, one page with tables and pictures that needs no other file.
void write_report(const std::filesystem::path& folder, const Protocol& protocol,
                  const std::vector<Method>& methods, const Results& results,
                  const ProgressCallback& progress = {});

}  // namespace promptdepth
