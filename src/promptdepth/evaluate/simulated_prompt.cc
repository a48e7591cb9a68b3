#include "promptdepth/evaluate/simulated_prompt.h"

#include <string_view>
#include <variant>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

constexpr int kMostDraws = 16;

std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0;
  for (const char c : name) hash = splitmix64(hash ^ static_cast<unsigned char>(c));
  return hash;
}

}  // namespace

DepthMap simulated_prompt(const View& view, const PromptKind& kind, std::uint64_t seed,
                          bool bridge_missing_truth) {
  const ObservedScene scene{.depth = view.truth,
                            .image = view.image,
                            .surfaces = &view.surfaces,
                            .intrinsics = view.intrinsics};
  Random random(splitmix64(seed) ^ hash_of(kind.name));
  for (int draw = 0; draw < kMostDraws; ++draw) {
    SensorOptions sensor =
        sample_simulation(random.next_u64(), view.image.width, view.image.height, kind.mix);
    if (auto* phone = std::get_if<PhoneLidarOptions>(&sensor)) {
      phone->bridge_missing_truth = bridge_missing_truth;
    }
    DepthMap prompt = simulate_prompt(sensor, scene, random.next_u64());
    if (count_valid(clean_depth(prompt)) > 0) return prompt;
  }
  fail(ErrorKind::kInvalidData,
       "prompt of kind '{}': expected measurements in one of {} draws, found none", kind.name,
       kMostDraws);
}

std::vector<PromptKind> chosen_kinds(const std::vector<std::string>& names) {
  if (names.empty()) return prompt_kinds();
  std::vector<PromptKind> kinds;
  kinds.reserve(names.size());
  for (const std::string& name : names) kinds.push_back(prompt_kind(name));
  return kinds;
}

}  // namespace promptdepth
