#include "promptdepth/prompt/light_return.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "promptdepth/base/error.h"

namespace promptdepth {
std::vector<OptionField> ReturnOptions::fields() {
  std::vector<OptionField> fields = {
      {"half_range_m", &half_range_m, 0.01, 1e5,
       "range at which half of the 10 % grey surfaces are measured"},
      {"jitter_m", &jitter_m, 0, 100, "standard deviation of the range one photon tells"},
      {"noise_floor_m", &noise_floor_m, 0, 100, "what no number of photons averages away"},
      {"min_range_m", &min_range_m, 0, 1e5, "nearer is not measured"},
      {"max_range_m", &max_range_m, 0.001, 1e5, "farther is not measured"},
      {"min_reflectance", &min_reflectance, 1e-6, 1, "of the darkest surfaces"},
      {"dropout", &dropout, 0, 1, "share of measurements lost whatever they meet"},
      {"highlight_luminance", &highlight_luminance, 0, 1, "brighter pixels may be glare"},
      {"highlight_dropout", &highlight_dropout, 0, 1, "share of measurements lost there"}};
  for (const OptionField& field : confidence.fields()) fields.push_back(field);
  return fields;
}

void ReturnOptions::validate(std::string_view what) const {
  check_fields(what, ReturnOptions(*this).fields());
  if (min_range_m < max_range_m) return;
  fail(ErrorKind::kInvalidArgument, "{}: expected max_range_m above min_range_m = {}, found {}",
       what, min_range_m, max_range_m);
}

LightReturns::LightReturns(const ObservedScene& scene, const ReturnOptions& options,
                           std::uint64_t seed)
    : scene_(scene),
      options_(options),
      photon_scale_(10 * std::numbers::ln2_v<float> * options.half_range_m * options.half_range_m),
      detection_(random_stream(seed, Stream::kDetection)),
      dropout_(random_stream(seed, Stream::kDropout)),
      highlight_(random_stream(seed, Stream::kHighlight)),
      surface_(random_stream(seed, Stream::kSurface)),
      noise_(random_stream(seed, Stream::kNoise)) {}

float LightReturns::reflectance(int x, int y) const {
  const bool known = scene_.surfaces != nullptr && !scene_.surfaces->reflectance.empty();
  const float encoded = known ? 0 : scene_.luminance(x, y);
  const float value = known ? scene_.surfaces->reflectance.at(x, y) : encoded * encoded;
  return std::max(value, options_.min_reflectance);
}

LightReturn LightReturns::measure(int x, int y, float z_m, float range_m) {
  const float detection = detection_.uniform();
  const bool dropped = dropout_.chance(options_.dropout);
  const bool glared = highlight_.chance(options_.highlight_dropout);
  const float part_of_light = surface_.uniform();
  const float error = noise_.normal();

  const float told_m = scene_.depth_told(x, y, z_m, part_of_light);
  const float range = told_m == z_m ? range_m : range_m * told_m / z_m;
  if (!(range > 0) || dropped) return {};
  if (glared && scene_.luminance(x, y) > options_.highlight_luminance) return {};
  const float photons = photon_scale_ * reflectance(x, y) / (range * range);
  if (detection >= 1 - std::exp(-photons)) return {};
  const float sigma =
      std::hypot(options_.noise_floor_m, options_.jitter_m / std::sqrt(std::max(photons, 1.0F)));
  const float measured = std::max(range + sigma * error, kNearest_m);
  if (measured < options_.min_range_m || measured > options_.max_range_m) return {};
  return {.range_m = measured, .sigma_m = sigma};
}

}  // namespace promptdepth
