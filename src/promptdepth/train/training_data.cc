#include "promptdepth/train/training_data.h"

#include <algorithm>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/log.h"
#include "promptdepth/base/random.h"
#include "promptdepth/capture/arkitscenes.h"
#include "promptdepth/capture/hypersim.h"
#include "promptdepth/capture/image_folder.h"
#include "promptdepth/capture/scannetpp.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/scene/seeds.h"
#include "promptdepth/train/augmentation.h"
#include "promptdepth/train/frame_order.h"

namespace promptdepth {
namespace {

/// Slots from here on hold the frames that take the place of unusable ones.
constexpr std::int64_t kFirstSpareSlot = std::int64_t{1} << 39;

/// Independent streams of random numbers.
constexpr std::uint64_t kDataSetStream = 0x64617461736574ULL;
constexpr std::uint64_t kSpareStream = 0x7370617265ULL;

/// Listing problems of one data set that are named; the others are only counted.
constexpr std::size_t kNamedProblems = 20;

std::string split_or(const DataRecipe& recipe, const char* training) {
  return recipe.split.empty() ? training : recipe.split;
}

double weight_sum(const Recipe& recipe) {
  double sum = 0;
  for (const DataRecipe& set : recipe.data) sum += set.weight;
  return sum;
}

/// With its long side reduced to `long_side_px`, if it is longer; the prompt stays as it is.
ImageWithDepth reduced(ImageWithDepth frame, int long_side_px) {
  const int width = frame.image.width;
  const int height = frame.image.height;
  const int long_side = std::max(width, height);
  if (long_side_px == 0 || long_side <= long_side_px) return frame;
  const auto scaled = [&](int side) { return std::max(1, side * long_side_px / long_side); };
  return resize_frame(std::move(frame), scaled(width), scaled(height));
}

/// As samples are cut from it. A camera that is not known is guessed for the whole frame, so that
/// its parts have the same focal length.
ImageWithDepth prepared(Frame frame, const DataRecipe& recipe) {
  if (recipe.min_confidence > 0 && !frame.confidence.empty()) {
    frame.prompt =
        apply_confidence(std::move(frame.prompt), frame.confidence, recipe.min_confidence);
  }
  const Intrinsics guess = guess_intrinsics(frame.image.width, frame.image.height);
  return reduced({.image = std::move(frame.image),
                  .depth = std::move(frame.depth),
                  .pseudo_depth = std::move(frame.pseudo_depth),
                  .prompt = std::move(frame.prompt),
                  .has_gaps = true,
                  .intrinsics = frame.intrinsics.value_or(guess)},
                 recipe.long_side_px);
}

}  // namespace

std::unique_ptr<DataSet> open_data_set(const DataRecipe& recipe,
                                       const std::filesystem::path& data_folder) {
  const std::filesystem::path root = data_folder / recipe.path;
  switch (recipe.kind) {
    case DataKind::kHypersim:
      return open_hypersim(root, split_or(recipe, "train"));
    case DataKind::kArkitScenes:
      return open_arkitscenes(root, split_or(recipe, "Training"));
    case DataKind::kScanNetPP:
      return open_scannetpp(root, split_or(recipe, "nvs_sem_train"));
    case DataKind::kFolder:
      return open_image_folder(root);
    case DataKind::kProcedural:
      break;
  }
  fail(ErrorKind::kInternal, "expected a data set on disk, found '{}'", recipe.label());
}

std::size_t data_set_of_sample(const Recipe& recipe, std::int64_t index) {
  if (recipe.data.size() == 1) return 0;
  Random random(splitmix64(recipe.seed ^ kDataSetStream) ^ static_cast<std::uint64_t>(index));
  double draw = static_cast<double>(random.uniform()) * weight_sum(recipe);
  for (std::size_t i = 0; i < recipe.data.size(); ++i) {
    draw -= recipe.data[i].weight;
    if (draw < 0) return i;
  }
  return recipe.data.size() - 1;
}

TrainingData::TrainingData(const Recipe& recipe, const std::filesystem::path& data_folder)
    : recipe_(recipe) {
  const double sum = weight_sum(recipe);
  for (std::size_t i = 0; i < recipe.data.size(); ++i) {
    const DataRecipe& set = recipe.data[i];
    Source source{.recipe = &set, .share = set.weight / sum};
    if (set.kind != DataKind::kProcedural) {
      source.data = open_data_set(set, data_folder);
      log_info("data set '{}': {} frames", set.label(), source.data->size());
      const std::vector<std::string>& problems = source.data->problems();
      for (std::size_t p = 0; p < problems.size(); ++p) {
        skipped_.add_problem(set.label(), p < kNamedProblems ? problems[p] : "");
      }
    }
    source.cache =
        std::make_unique<FrameCache>([this, i](std::int64_t slot) { return make(i, slot); });
    sources_.push_back(std::move(source));
  }
}

std::shared_ptr<const StoredFrame> TrainingData::frame(std::int64_t index, int attempt) {
  const std::size_t data_set = data_set_of_sample(recipe_, index);
  const std::int64_t from = slot(data_set, index, attempt);
  try {
    if (attempt == 0) return sources_[data_set].cache->frame(from);
    return std::make_shared<const StoredFrame>(make(data_set, from));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kIo || error.kind() == ErrorKind::kInvalidData) {
      skip(index, attempt, error.what());
    }
    throw;
  }
}

void TrainingData::skip(std::int64_t index, int attempt, const std::string& reason) {
  const std::size_t data_set = data_set_of_sample(recipe_, index);
  skipped_.add_frame(sources_[data_set].recipe->label(),
                     frame_name(data_set, slot(data_set, index, attempt)), reason);
}

void TrainingData::forget_before(std::int64_t index) {
  for (const Source& source : sources_) {
    const FrameSharing rule = sharing(source);
    const bool own = rule.window == 1 && rule.uses == 1;
    source.cache->forget_before(own ? index : first_live_slot(rule, index_within(source, index)));
  }
}

std::int64_t TrainingData::rendered_scenes() const {
  std::int64_t count = 0;
  for (const Source& source : sources_) {
    if (!source.data) count += source.cache->made_count();
  }
  return count;
}

/// How many of the first `index` samples are the source's, on average.
std::int64_t TrainingData::index_within(const Source& source, std::int64_t index) const {
  return static_cast<std::int64_t>(static_cast<double>(index) * source.share);
}

FrameSharing TrainingData::sharing(const Source& source) const {
  if (!source.data) return {.window = recipe_.scenes.window, .uses = recipe_.scenes.uses};
  return {.window = source.recipe->window, .uses = source.recipe->uses};
}

std::uint64_t TrainingData::key(std::size_t data_set) const {
  return sources_[data_set].data ? splitmix64(recipe_.seed) + data_set : recipe_.seed;
}

std::int64_t TrainingData::slot(std::size_t data_set, std::int64_t index, int attempt) const {
  const Source& source = sources_[data_set];
  if (attempt > 0) {
    Random random(splitmix64(key(data_set) ^ kSpareStream) ^
                  static_cast<std::uint64_t>(index * 256 + attempt));
    return kFirstSpareSlot + static_cast<std::int64_t>(random.below(kFirstSpareSlot));
  }
  const FrameSharing rule = sharing(source);
  if (rule.window == 1 && rule.uses == 1) return index;  // A frame for each sample.
  return slot_of_sample(rule, key(data_set), index_within(source, index));
}

std::int64_t TrainingData::frame_number(std::size_t data_set, std::int64_t slot) const {
  const auto count = static_cast<std::int64_t>(sources_[data_set].data->size());
  return frame_in_slot(slot, count, key(data_set));
}

std::string TrainingData::frame_name(std::size_t data_set, std::int64_t slot) const {
  const Source& source = sources_[data_set];
  if (!source.data) return fmt::format("scene {}", slot);
  return source.data->frame_name(static_cast<std::size_t>(frame_number(data_set, slot)));
}

ImageWithDepth TrainingData::make(std::size_t data_set, std::int64_t slot) const {
  const Source& source = sources_[data_set];
  if (source.data) {
    const auto number = static_cast<std::size_t>(frame_number(data_set, slot));
    return prepared(source.data->read(number), *source.recipe);
  }
  const std::uint64_t seed = training_scene_seed(recipe_.seed, static_cast<std::uint64_t>(slot));
  const PromptPlace place = recipe_.scenes.place_of(seed);
  return image_with_depth(render_scene(seed, recipe_.scenes.options_at(place)), place);
}

}  // namespace promptdepth
