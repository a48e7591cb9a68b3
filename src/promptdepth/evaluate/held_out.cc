#include "promptdepth/evaluate/held_out.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/evaluate/simulated_prompt.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/scene/seeds.h"

namespace promptdepth {
namespace {

using SeedOf = std::function<std::uint64_t(std::uint64_t index)>;

/// Instead of scene i that shows too little, scene i + kNextScene is taken, and so on.
constexpr std::uint64_t kNextScene = 1 << 20;
constexpr int kMostScenes = 64;

std::string name_of(SceneKind scenes) {
  switch (scenes) {
    case SceneKind::kRoom:
      return "room";
    case SceneKind::kStreet:
      return "street";
    case SceneKind::kAny:
      return "any";
  }
  fail(ErrorKind::kInternal, "unknown kind of scenes");
}

SceneKind scenes_of(PromptPlace place) {
  return place == PromptPlace::kIndoors ? SceneKind::kRoom : SceneKind::kStreet;
}

class SceneProtocol final : public Protocol {
 public:
  SceneProtocol(std::string name, HeldOutOptions options, SeedOf seed_of)
      : name_(std::move(name)),
        options_(std::move(options)),
        seed_of_(std::move(seed_of)),
        kinds_(chosen_kinds(options_.kinds)) {
    options_.validate();
    for (const PromptKind& kind : kinds_) {
      const SceneKind scenes = options_.scenes.value_or(scenes_of(kind.place));
      if (std::find(scenes_.begin(), scenes_.end(), scenes) == scenes_.end())
        scenes_.push_back(scenes);
    }
  }

  std::string name() const override { return name_; }

  Settings settings() const override {
    return {
        {"size", fmt::format("{}x{}", options_.height, options_.width)},
        {"scenes", options_.scenes ? name_of(*options_.scenes) : "where the sensor is at home"}};
  }

  std::vector<CaseKind> kinds() const override {
    std::vector<CaseKind> kinds;
    for (const PromptKind& kind : kinds_) kinds.push_back({kind.name, kind.description});
    return kinds;
  }

  std::int64_t view_count() const override {
    return options_.frames * static_cast<std::int64_t>(scenes_.size());
  }

  std::string view_name(std::int64_t index) const override {
    return fmt::format("{}-{:06}", name_of(scenes(index)), frame(index));
  }

  std::vector<std::string> kinds_of(std::int64_t index) const override {
    std::vector<std::string> names;
    for (const PromptKind& kind : kinds_) {
      if (options_.scenes.value_or(scenes_of(kind.place)) == scenes(index))
        names.push_back(kind.name);
    }
    return names;
  }

  View view(std::int64_t index) const override {
    const SceneOptions options{
        .width = options_.width, .height = options_.height, .kind = scenes(index)};
    auto scene = static_cast<std::uint64_t>(frame(index));
    for (int i = 0; i < kMostScenes; ++i, scene += kNextScene) {
      RenderedFrame rendered = render_scene(seed_of_(scene), options);
      if (5 * count_valid(rendered.depth) < rendered.depth.pixel_count()) continue;
      return {.image = std::move(rendered.image),
              .truth = std::move(rendered.depth),
              .surfaces = std::move(rendered.surfaces),
              .intrinsics = rendered.intrinsics};
    }
    fail(ErrorKind::kInternal, "frame {}: expected depth in one of {} scenes, found none",
         view_name(index), kMostScenes);
  }

  DepthMap prompt(std::int64_t index, const View& view, const std::string& kind) const override {
    return simulated_prompt(view, prompt_kind(kind),
                            seed_of_(static_cast<std::uint64_t>(frame(index))));
  }

 private:
  SceneKind scenes(std::int64_t index) const {
    return scenes_[static_cast<std::size_t>(index / options_.frames)];
  }
  std::int64_t frame(std::int64_t index) const { return index % options_.frames; }

  std::string name_;
  HeldOutOptions options_;
  SeedOf seed_of_;
  std::vector<PromptKind> kinds_;
  std::vector<SceneKind> scenes_;  ///< Those that the kinds want.
};

}  // namespace

void HeldOutOptions::validate() const {
  if (frames < 1 || frames > static_cast<std::int64_t>(kNextScene)) {
    fail(ErrorKind::kInvalidArgument, "expected 1 to {} frames, found {}", kNextScene, frames);
  }
  SceneOptions{.width = width, .height = height}.validate();
}

std::unique_ptr<Protocol> held_out_protocol(const HeldOutOptions& options) {
  return std::make_unique<SceneProtocol>("held-out", options, evaluation_scene_seed);
}

std::unique_ptr<Protocol> training_frames_protocol(const HeldOutOptions& options) {
  constexpr std::uint64_t kRun = 1;
  return std::make_unique<SceneProtocol>("training-frames", options, [](std::uint64_t index) {
    return training_scene_seed(kRun, index);
  });
}

}  // namespace promptdepth
