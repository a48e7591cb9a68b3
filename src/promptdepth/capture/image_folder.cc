#include "promptdepth/capture/image_folder.h"

#include <algorithm>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCameraBytes = 1 << 16;

class ImageFolder : public DataSet {
 public:
  explicit ImageFolder(fs::path root) : root_(std::move(root)) {
    require_folder(root_, "images and depth maps");
    const auto images = first_folder(root_, {"image", "images", "rgb"});
    if (!images) {
      fail(ErrorKind::kIo, "expected a folder 'image' in '{}', found none", root_.string());
    }
    require_folder(root_ / "depth", "depth maps of the images");
    has_pseudo_depth_ = first_folder(root_, {"pseudo_depth"}).has_value();
    has_prompt_ = first_folder(root_, {"prompt"}).has_value();
    has_confidence_ = has_prompt_ && first_folder(root_, {"confidence"}).has_value();
    for (const std::string& file : files_in(*images)) {
      const auto& endings = image_endings();
      if (std::find(endings.begin(), endings.end(), fs::path(file).extension()) != endings.end()) {
        images_.push_back(*images / file);
      }
    }
    if (images_.empty()) {
      fail(ErrorKind::kInvalidData, "expected images in '{}', found none", images->string());
    }
  }

  std::size_t size() const override { return images_.size(); }

  std::string frame_name(std::size_t index) const override {
    return images_.at(index).stem().string();
  }

  Frame read(std::size_t index) const override {
    const std::string name = frame_name(index);
    LoadedImage loaded = read_image(images_.at(index));
    Frame frame{.name = name};
    // The maps lie as the file's pixels do; the picture has been turned.
    const Image stored = apply_orientation(loaded.image, inverse(loaded.orientation));
    const auto upright = [&](DepthMap map) {
      return apply_orientation(std::move(map), loaded.orientation);
    };
    frame.image = std::move(loaded.image);
    frame.depth = upright(read_depth_of(stored, file_of("depth", name)));
    if (has_pseudo_depth_) {
      frame.pseudo_depth = upright(read_depth_of(stored, file_of("pseudo_depth", name)));
    }
    require_some_depth(frame);
    if (has_prompt_) {
      const fs::path path = file_of("prompt", name);
      frame.prompt = upright(clean_depth(read_depth(path)));
      require_same_view(frame.prompt, frame.image, path.string());
    }
    if (has_confidence_) {
      frame.confidence = upright(read_confidence(file_of("confidence", name)));
    }
    if (const auto camera = camera_file(name)) {
      frame.intrinsics =
          apply_orientation(parse_intrinsics(read_text_file(*camera, kMostCameraBytes),
                                             stored.width, stored.height, camera->string()),
                            loaded.orientation);
    }
    return frame;
  }

 private:
  fs::path file_of(const char* folder, const std::string& name) const {
    if (const auto path = find_file(root_ / folder, name, depth_endings())) return *path;
    fail(ErrorKind::kIo, "expected '{}' with a depth map's ending, found none",
         (root_ / folder / name).string());
  }

  std::optional<fs::path> camera_file(const std::string& name) const {
    const std::vector<std::string> endings = {".json", ".txt"};
    if (auto path = find_file(root_ / "intrinsics", name, endings)) return path;
    return find_file(root_, "intrinsics", endings);
  }

  fs::path root_;
  std::vector<fs::path> images_;
  bool has_pseudo_depth_ = false;
  bool has_prompt_ = false;
  bool has_confidence_ = false;
};

}  // namespace

std::unique_ptr<DataSet> open_image_folder(const fs::path& root) {
  return std::make_unique<ImageFolder>(root);
}

}  // namespace promptdepth
