#include "promptdepth/prompt/time_of_flight.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/prompt/blur_measured.h"
#include "promptdepth/prompt/simulation_random.h"
#include "promptdepth/prompt/smooth_field.h"

namespace promptdepth {
namespace {

constexpr float kEdgeRatio = 1.05F;  ///< Depths farther apart than this are two surfaces.

/// A point of the ground truth that a pixel sees; depth 0 where there is none.
struct Spot {
  int x = 0;
  int y = 0;
  float z = 0;
  float light = 0;  ///< That comes back from it, relative.
};

/// What a pixel sees, one spot in each quarter of its footprint.
using Footprint = std::array<Spot, 4>;

/// A weighted mean of the spots' depths, and how far they spread around it.
struct Depth {
  float z = 0;
  float spread = 0;
};

const Spot& brightest(const Footprint& footprint) {
  return *std::max_element(footprint.begin(), footprint.end(),
                           [](const Spot& a, const Spot& b) { return a.light < b.light; });
}

/// Of the spots of which `counts` is true.
template <typename Counts>
Depth mean_depth(const Footprint& footprint, const Counts& counts) {
  float light = 0;
  float sum = 0;
  for (const Spot& spot : footprint) {
    if (spot.z > 0 && counts(spot)) {
      light += spot.light;
      sum += spot.light * spot.z;
    }
  }
  const float mean = sum / light;
  float squares = 0;
  for (const Spot& spot : footprint) {
    if (spot.z > 0 && counts(spot)) squares += spot.light * (spot.z - mean) * (spot.z - mean);
  }
  return {mean, std::sqrt(squares / light)};
}

class TimeOfFlightCamera {
 public:
  TimeOfFlightCamera(const ObservedScene& scene, const TimeOfFlightOptions& options,
                     std::uint64_t seed)
      : scene_(scene),
        options_(options),
        returns_(scene, options.returns, seed),
        footprint_(random_stream(seed, Stream::kFootprint)),
        flying_(random_stream(seed, Stream::kFlying)),
        bias_random_(random_stream(seed, Stream::kBias)),
        bias_(options.bias_cells, options.bias_cells, bias_random_),
        offset_m_(options.offset_m * random_stream(seed, Stream::kOffset).uniform(-1, 1)) {}

  SimulatedPrompt measure() {
    SimulatedPrompt prompt{.depth = DepthMap(options_.width, options_.height),
                           .confidence = DepthMap(options_.width, options_.height)};
    for (int y = 0; y < options_.height; ++y) {
      for (int x = 0; x < options_.width; ++x) measure_pixel(x, y, prompt);
    }
    prompt.depth = blur_measured(prompt.depth, options_.blur_px);
    return prompt;
  }

 private:
  void measure_pixel(int x, int y, SimulatedPrompt& prompt) {
    const Footprint footprint = look(x, y);
    const bool flies = flying_.chance(options_.flying);
    const Spot& strongest = brightest(footprint);
    const Depth seen = strongest.z > 0 ? combine(footprint, strongest, flies) : Depth{};
    const LightReturn back = returns_.measure(strongest.x, strongest.y, strongest.z, seen.z);
    if (back.range_m == 0) return;
    const float u = (static_cast<float>(x) + 0.5F) / static_cast<float>(options_.width);
    const float v = (static_cast<float>(y) + 0.5F) / static_cast<float>(options_.height);
    const float z = back.range_m * (1 + options_.bias * bias_.at(u, v)) + offset_m_;
    prompt.depth.at(x, y) = std::max(z, kNearest_m);
    prompt.confidence.at(x, y) =
        options_.returns.confidence.of(std::hypot(back.sigma_m, seen.spread) / z);
  }

  Footprint look(int x, int y) {
    Footprint footprint;
    for (std::size_t i = 0; i < footprint.size(); ++i) {
      const float column = (i % 2 == 0 ? 0.0F : 1.0F) + footprint_.uniform();
      const float row = (i < 2 ? 0.0F : 1.0F) + footprint_.uniform();
      footprint[i] = spot(truth_pixel(x, column, options_.width, scene_.depth.width),
                          truth_pixel(y, row, options_.height, scene_.depth.height));
    }
    return footprint;
  }

  /// Where half `half` (0 to 2 over the footprint) of pixel i lies among `truth_size` pixels.
  int truth_pixel(int i, float half, int size, int truth_size) const {
    const float position = static_cast<float>(i) + 0.5F + options_.footprint * (half / 2 - 0.5F);
    const float pixel =
        std::floor(position * static_cast<float>(truth_size) / static_cast<float>(size));
    return std::clamp(static_cast<int>(pixel), 0, truth_size - 1);
  }

  Spot spot(int x, int y) const {
    const float z = scene_.depth.at(x, y);
    return {.x = x, .y = y, .z = z, .light = z > 0 ? returns_.reflectance(x, y) / (z * z) : 0};
  }

  /// One surface: the mean of its depths. An edge: the mix of both sides, or the brighter one. The
  /// spread of an edge is always that of both.
  static Depth combine(const Footprint& footprint, const Spot& strongest, bool flies) {
    const Depth all = mean_depth(footprint, [](const Spot&) { return true; });
    if (flies) return all;
    const Depth side = mean_depth(footprint, [&](const Spot& spot) {
      return std::max(spot.z, strongest.z) < kEdgeRatio * std::min(spot.z, strongest.z);
    });
    return {side.z, all.spread};
  }

  const ObservedScene& scene_;
  const TimeOfFlightOptions& options_;
  LightReturns returns_;
  Random footprint_;
  Random flying_;
  Random bias_random_;
  SmoothField bias_;
  float offset_m_;
};

}  // namespace

std::vector<OptionField> TimeOfFlightOptions::fields() {
  std::vector<OptionField> fields = {
      {"width", &width, 1, 8192, "pixels of the sensor"},
      {"height", &height, 1, 8192, "pixels of the sensor"},
      {"footprint", &footprint, 0.01, 100, "side of what a pixel sees, in pixels"},
      {"flying", &flying, 0, 1, "share of edge pixels that mix two depths"},
      {"bias", &bias, 0, 0.9, "greatest relative error that varies smoothly over the image"},
      {"bias_cells", &bias_cells, 1, 1000, "the bias varies over 1/bias_cells of the image"},
      {"offset_m", &offset_m, 0, 10, "greatest constant error of the whole map"},
      {"blur_px", &blur_px, 0, 100, "sigma of the device's smoothing in prompt pixels"}};
  for (const OptionField& field : returns.fields()) fields.push_back(field);
  return fields;
}

void TimeOfFlightOptions::validate() const {
  check_fields("time of flight", TimeOfFlightOptions(*this).fields());
  returns.validate("time of flight");
}

SimulatedPrompt simulate_time_of_flight(const ObservedScene& scene,
                                        const TimeOfFlightOptions& options, std::uint64_t seed) {
  options.validate();
  scene.validate();
  return TimeOfFlightCamera(scene, options, seed).measure();
}

}  // namespace promptdepth
