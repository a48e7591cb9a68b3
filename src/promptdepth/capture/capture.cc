#include "promptdepth/capture/capture.h"

#include "promptdepth/base/error.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/stray_scanner.h"
#include "promptdepth/capture/threedmatch.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormats = "Stray Scanner, 3DMatch, 7-Scenes";

/// The recording in the folder itself.
std::optional<Recording> list_folder(const fs::path& folder) {
  // The ones with files of unmistakable names first.
  for (const auto& list : {&list_stray_scanner, &list_threedmatch}) {
    if (auto recording = list(folder)) return recording;
  }
  return std::nullopt;
}

/// The recording in the folder or, where there is none, in the only folder within that has one.
Recording list_recording(const fs::path& folder) {
  if (auto recording = list_folder(folder)) return std::move(*recording);
  std::optional<Recording> found;
  for (const std::string& name : folders_in(folder)) {
    auto recording = list_folder(folder / name);
    if (!recording) continue;
    if (found) {
      fail(ErrorKind::kInvalidData,
           "expected one recording in '{}', found several, such as '{}' and '{}': name one of them",
           folder.string(), found->folder.filename().string(), name);
    }
    found = std::move(recording);
  }
  if (found) return std::move(*found);
  fail(ErrorKind::kInvalidData, "expected a recording ({}) in '{}', found the files of none",
       kFormats, folder.string());
}

}  // namespace

std::unique_ptr<Capture> open_capture(const fs::path& path) {
  require_folder(path, "a recording");
  return capture_of(list_recording(path));
}

}  // namespace promptdepth
