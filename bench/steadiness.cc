// What each --temporal of `promptdepth run` does to a recording whose LiDAR flickers:
//   promptdepth_steadiness [SEED] [FRAMES]
// A hand-held camera walks through a procedural room; a textured board moves through the picture by
// itself; every frame's LiDAR is simulated anew. Prints, for every way, how much the depth of
// static points changes from frame to frame, the error of static and moving pixels, and boundary
// F1.
#include "promptdepth/recording/steadiness.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "promptdepth/base/error.h"
#include "promptdepth/evaluate/simulated_prompt.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/metrics/boundary_metrics.h"
#include "promptdepth/recording/depth_recording.h"
#include "promptdepth/scene/scene_path.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr float kBoard_m = 0.9F;  ///< The board's depth, and its side in pixels.
constexpr int kBoard_px = 60;
constexpr int kStep_px = 3;  ///< How far it moves from frame to frame.

/// A frame with its truth; the mask is 1 on the board.
struct Moment {
  Frame frame = {};
  DepthMap truth = {};
  DepthMap moving = {};
};

void put_board(Moment& moment, int index) {
  Image& image = moment.frame.image;
  const int period = image.width - kBoard_px;
  const int way = index * kStep_px % (2 * period);
  const int left = way < period ? way : 2 * period - way;
  const int top = (image.height - kBoard_px) / 2;
  for (int y = top; y < top + kBoard_px; ++y) {
    for (int x = left; x < left + kBoard_px; ++x) {
      if (moment.truth.at(x, y) > 0 && moment.truth.at(x, y) < kBoard_m) continue;
      const float stripes = 0.5F + 0.4F * std::sin(0.5F * static_cast<float>(x - left + y));
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = stripes * (c == 1 ? 0.4F : 0.9F);
      moment.truth.at(x, y) = kBoard_m;
      moment.moving.at(x, y) = 1.0F;
    }
  }
}

Moment make_moment(const ScenePath& path, std::uint64_t seed, int index) {
  RenderedFrame rendered = path.frame(index);
  Moment moment{.frame = {.name = fmt::format("{:06}", index),
                          .image = std::move(rendered.image),
                          .intrinsics = rendered.intrinsics,
                          .time_s = index / 30.0},
                .truth = std::move(rendered.depth)};
  moment.moving = DepthMap(moment.truth.width, moment.truth.height);
  put_board(moment, index);
  moment.frame.world_from_camera =
      Eigen::Isometry3d(Eigen::Map<const Eigen::Matrix<double, 4, 4, Eigen::RowMajor>>(
          rendered.world_from_camera.data()));
  const View view{
      .image = moment.frame.image, .truth = moment.truth, .intrinsics = rendered.intrinsics};
  moment.frame.prompt = simulated_prompt(view, prompt_kind("phone-lidar"),
                                         seed * 100'000 + static_cast<std::uint64_t>(index));
  return moment;
}

/// The moments as a recording.
class MomentCapture : public Capture {
 public:
  explicit MomentCapture(const std::vector<Moment>& moments) : moments_(moments) {}
  std::string_view format() const override { return "procedural"; }
  std::size_t size() const override { return moments_.size(); }
  std::string frame_name(std::size_t index) const override { return moments_[index].frame.name; }
  std::vector<std::string> problems() const override { return {}; }
  std::unique_ptr<FrameStream> stream(const FrameRange& /*range*/,
                                      FrameParts /*parts*/) const override {
    return std::make_unique<Stream>(moments_);
  }

 private:
  class Stream : public FrameStream {
   public:
    explicit Stream(const std::vector<Moment>& moments) : moments_(moments) {}
    std::optional<Frame> next() override {
      if (next_ == moments_.size()) return std::nullopt;
      return moments_[next_++].frame;
    }
    std::vector<std::string> problems() const override { return {}; }

   private:
    const std::vector<Moment>& moments_;
    std::size_t next_ = 0;
  };

  const std::vector<Moment>& moments_;
};

struct Scores {
  double change_m = 0;
  double static_l1_m = 0;
  double moving_l1_m = 0;
  double boundary_f1 = 0;
};

/// Mean error where the mask is `masked`.
double masked_l1(const DepthMap& depth, const Moment& moment, float masked) {
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < depth.values.size(); ++i) {
    if (moment.truth.values[i] <= 0 || moment.moving.values[i] != masked) continue;
    sum += static_cast<double>(std::abs(depth.values[i] - moment.truth.values[i]));
    ++count;
  }
  return sum / std::max(count, 1);
}

Scores judge(const std::vector<Moment>& moments, const fs::path& folder) {
  Scores scores;
  JudgedView before;
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const Moment& moment = moments[i];
    JudgedView now{.predicted = {.depth = read_depth(depth_file(folder, moment.frame.name, "exr")),
                                 .intrinsics = *moment.frame.intrinsics,
                                 .world_from_camera = *moment.frame.world_from_camera},
                   .truth = moment.truth};
    if (i > 0)
      scores.change_m +=
          change_of_static_points(before, now) / static_cast<double>(moments.size() - 1);
    const auto share = 1.0 / static_cast<double>(moments.size());
    scores.static_l1_m += share * masked_l1(now.predicted.depth, moment, 0.0F);
    scores.moving_l1_m += share * masked_l1(now.predicted.depth, moment, 1.0F);
    scores.boundary_f1 += share * boundary_f1(now.predicted.depth, moment.truth);
    before = std::move(now);
  }
  return scores;
}

void run(std::uint64_t seed, int frames) {
  const ScenePath path(seed, {.width = 336, .height = 252, .kind = SceneKind::kRoom}, frames);
  std::vector<Moment> moments;
  moments.reserve(static_cast<std::size_t>(frames));
  for (int i = 0; i < frames; ++i) moments.push_back(make_moment(path, seed, i));
  const MomentCapture capture(moments);
  const Estimator estimator = Estimator::load_default({.precision = PrecisionChoice::kF32});
  const fs::path folder =
      fs::temp_directory_path() / fmt::format("promptdepth_steadiness_{}", ::getpid());
  fmt::print(
      "| --temporal | change of static points, mm | L1 static, mm | L1 moving, mm | boundary F1 "
      "|\n|---|---|---|---|---|\n");
  for (const Temporal temporal :
       {Temporal::kOff, Temporal::kRange, Temporal::kMotion, Temporal::kVolume}) {
    make_depth_recording(capture, estimator,
                         {.temporal = temporal, .format = "exr", .video = false, .overwrite = true},
                         folder);
    const Scores scores = judge(moments, folder);
    fmt::print("| {} | {:.1f} | {:.1f} | {:.1f} | {:.3f} |\n", name_of(temporal),
               1e3 * scores.change_m, 1e3 * scores.static_l1_m, 1e3 * scores.moving_l1_m,
               scores.boundary_f1);
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace promptdepth

int main(int argc, char** argv) {
  try {
    promptdepth::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1,
                     argc > 2 ? std::atoi(argv[2]) : 60);
  } catch (const std::exception& error) {
    fmt::print(stderr, "promptdepth_steadiness: {}\n", error.what());
    return 1;
  }
  return 0;
}
