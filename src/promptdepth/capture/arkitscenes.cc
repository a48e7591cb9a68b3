#include "promptdepth/capture/arkitscenes.h"

#include <charconv>
#include <map>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/capture/csv.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCameraBytes = 4096;

struct Video {
  std::string id;
  ExifOrientation upright = ExifOrientation::kUpright;
};

struct Place {
  std::size_t video = 0;
  std::string stem;
};

class ArkitScenes : public DataSet {
 public:
  ArkitScenes(const fs::path& root, std::string_view split) : folder_(root / split) {
    require_folder(folder_, "ARKitScenes depth upsampling");
    const CsvTable table = CsvTable::read(root / "metadata.csv");
    for (std::size_t row = 0; row < table.row_count(); ++row) {
      if (table.text(row, "fold") == split) {
        list_video(table.text(row, "video_id"), table.text(row, "sky_direction"));
      }
    }
    if (absent_count_ > 0) {
      add_problem(fmt::format("{} videos of {} in '{}' are not there", absent_count_, split,
                              root.string()));
    }
    if (places_.empty()) {
      fail(ErrorKind::kInvalidData,
           "expected frames of ARKitScenes depth upsampling in '{}' (VIDEO/wide/*.png), found none",
           folder_.string());
    }
  }

  std::size_t size() const override { return places_.size(); }

  std::string frame_name(std::size_t index) const override {
    const Place& place = places_.at(index);
    return videos_[place.video].id + '/' + place.stem;
  }

  Frame read(std::size_t index) const override {
    const Place& place = places_.at(index);
    const Video& video = videos_[place.video];
    const fs::path folder = folder_ / video.id;
    const std::string file = place.stem + ".png";
    Frame frame{.name = frame_name(index), .time_s = arkitscenes_time(place.stem)};
    frame.image = read_image(*color_folder(folder) / file, {.apply_exif = false}).image;
    frame.depth = read_depth_of(frame.image, folder / "highres_depth" / file);
    require_some_depth(frame);
    frame.prompt = clean_depth(read_depth(folder / "lowres_depth" / file));
    require_same_view(frame.prompt, frame.image, (folder / "lowres_depth" / file).string());
    frame.confidence = read_confidence_of(frame.prompt, folder / "confidence" / file);
    const fs::path camera = folder / "wide_intrinsics" / (place.stem + ".pincam");
    std::error_code error;
    if (fs::exists(camera, error)) {
      frame.intrinsics = parse_intrinsics(read_text_file(camera, kMostCameraBytes),
                                          frame.image.width, frame.image.height, camera.string());
    }
    return turned(std::move(frame), video.upright);
  }

 private:
  void list_video(const std::string& id, const std::string& sky_direction) {
    const auto color = color_folder(folder_ / id);
    if (!color) {
      ++absent_count_;
      return;
    }
    try {
      videos_.push_back({.id = id, .upright = upright_by_sky(sky_direction, id)});
      for (const std::string& file : files_in(*color)) {
        if (!file.ends_with(".png")) continue;
        places_.push_back({.video = videos_.size() - 1, .stem = file.substr(0, file.size() - 4)});
      }
    } catch (const Error& error) {
      add_problem(error.what());
    }
  }

  static std::optional<fs::path> color_folder(const fs::path& video) {
    return first_folder(video, {"wide", "color"});
  }

  static DepthMap read_confidence_of(const DepthMap& prompt, const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) return {};
    DepthMap confidence = read_confidence(path);
    if (confidence.width != prompt.width || confidence.height != prompt.height) {
      fail(ErrorKind::kInvalidData, "expected {}×{} pixels in '{}', found {}×{}", prompt.width,
           prompt.height, path.string(), confidence.width, confidence.height);
    }
    return confidence;
  }

  static Frame turned(Frame frame, ExifOrientation orientation) {
    for (DepthMap* map : {&frame.prompt, &frame.confidence, &frame.depth}) {
      if (!map->empty()) *map = apply_orientation(std::move(*map), orientation);
    }
    frame.image = apply_orientation(std::move(frame.image), orientation);
    if (frame.intrinsics) frame.intrinsics = apply_orientation(*frame.intrinsics, orientation);
    return frame;
  }

  fs::path folder_;
  std::vector<Video> videos_;
  std::vector<Place> places_;
  std::size_t absent_count_ = 0;
};

}  // namespace

ExifOrientation upright_by_sky(const std::string& sky_direction, const std::string& video) {
  static const std::map<std::string, ExifOrientation> turns = {
      {"Up", ExifOrientation::kUpright},
      {"Left", ExifOrientation::kRotated90},
      {"Right", ExifOrientation::kRotated270},
      {"Down", ExifOrientation::kRotated180}};
  const auto found = turns.find(sky_direction);
  if (found != turns.end()) return found->second;
  fail(ErrorKind::kInvalidData,
       "expected the sky_direction Up, Left, Right or Down of video {} in metadata.csv, found '{}'",
       video, sky_direction);
}

std::optional<double> arkitscenes_time(const std::string& stem) {
  const std::size_t underscore = stem.rfind('_');
  if (underscore == std::string::npos) return std::nullopt;
  double time = 0;
  const char* end = stem.data() + stem.size();
  const auto parsed = std::from_chars(stem.data() + underscore + 1, end, time);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return time;
}

std::unique_ptr<DataSet> open_arkitscenes(const fs::path& root, std::string_view split) {
  if (split != "Training" && split != "Validation") {
    fail(ErrorKind::kInvalidArgument,
         "expected the split \"Training\" or \"Validation\" of ARKitScenes, found \"{}\"", split);
  }
  return std::make_unique<ArkitScenes>(root, split);
}

}  // namespace promptdepth
