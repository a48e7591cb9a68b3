#include "promptdepth/capture/capture.h"

#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/archive.h"
#include "promptdepth/capture/arkitscenes_recording.h"
#include "promptdepth/capture/kitti.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/nerfstudio.h"
#include "promptdepth/capture/plain_folder.h"
#include "promptdepth/capture/polycam.h"
#include "promptdepth/capture/record3d.h"
#include "promptdepth/capture/scannetpp_recording.h"
#include "promptdepth/capture/stray_scanner.h"
#include "promptdepth/capture/threedmatch.h"
#include "promptdepth/capture/tum_rgbd.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormats =
    "Stray Scanner, Record3D as EXR and JPG, Polycam, ARKitScenes, ScanNet++ iPhone, TUM RGB-D, "
    "3DMatch, nerfstudio, KITTI, or pictures and depth of the same names";

/// The recording in the folder itself. Those with files of unmistakable names come first.
std::optional<Recording> list_folder(const fs::path& folder) {
  for (const auto& list : {&list_stray_scanner, &list_polycam, &list_record3d, &list_arkitscenes,
                           &list_scannetpp, &list_threedmatch, &list_tum_rgbd, &list_nerfstudio,
                           &list_kitti, &list_scene_frames, &list_plain_folder}) {
    if (auto recording = list(folder)) return recording;
  }
  return std::nullopt;
}

void refuse_r3d(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / "rgbd/0.depth", error)) return;
  fail(ErrorKind::kUnsupported,
       "'{}' is a .r3d recording of Record3D, whose depth is packed with LZFSE; export it as EXR + "
       "JPG in the app",
       folder.string());
}

/// The recording in the folder or, where there is none, in the only folder within that has one.
Recording list_recording(const fs::path& folder) {
  if (auto recording = list_folder(folder)) return std::move(*recording);
  refuse_r3d(folder);
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

/// Absolute, without dots and a slash at the end: readers look at names and at folders above.
fs::path normal(const fs::path& path) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

/// A recording in an archive, which stays unpacked as long as this object lives.
class UnpackedCapture : public Capture {
 public:
  explicit UnpackedCapture(const fs::path& path)
      : archive_(path), capture_(capture_of(list_recording(archive_.folder()))) {}

  std::string_view format() const override { return capture_->format(); }
  std::size_t size() const override { return capture_->size(); }
  std::string frame_name(std::size_t index) const override { return capture_->frame_name(index); }
  std::vector<std::string> problems() const override { return capture_->problems(); }
  std::unique_ptr<FrameStream> stream(const FrameRange& range, FrameParts parts) const override {
    return capture_->stream(range, parts);
  }

 private:
  UnpackedArchive archive_;
  std::unique_ptr<Capture> capture_;
};

}  // namespace

std::unique_ptr<Capture> open_capture(const fs::path& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error) && is_zip(path)) {
    return std::make_unique<UnpackedCapture>(normal(path));
  }
  require_folder(path, "a recording");
  return capture_of(list_recording(normal(path)));
}

}  // namespace promptdepth
