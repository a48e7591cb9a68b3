// Finds the parameters of the classical baselines (metrics/baselines.h, guided_filter.h) on frames
// that training draws, so that none of those that judge is looked at:
//   promptdepth_tune_baselines [FRAMES]
// prints, for every setting of a grid, the mean over the kinds of prompts of L1 and of AbsRel as
// shares of bilinear's, and the best setting of each kind.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/evaluate/held_out.h"
#include "promptdepth/metrics/baselines.h"
#include "promptdepth/metrics/depth_metrics.h"
#include "promptdepth/metrics/guided_filter.h"
#include "promptdepth/prompt/densify.h"

namespace promptdepth {
namespace {

/// A baseline with one setting.
struct Candidate {
  std::string family;
  std::string setting;
  std::function<DepthMap(const DepthMap& prompt, const Image& image)> upsample;
};

std::vector<Candidate> candidates() {
  std::vector<Candidate> all = {{"bilinear", "", [](const DepthMap& prompt, const Image& image) {
                                   return upsample_bilinear(prompt, image.width, image.height);
                                 }}};
  for (const float spatial : {1.5F, 2.0F, 3.0F, 4.0F, 6.0F, 9.0F}) {
    for (const float rgb : {0.02F, 0.04F, 0.07F, 0.12F, 0.2F}) {
      const JointFilterOptions options{.spatial_sigma_px = spatial, .rgb_sigma = rgb};
      const std::string setting = fmt::format("σs {} px, σc {}", spatial, rgb);
      all.push_back({"joint bilateral", setting, [=](const DepthMap& prompt, const Image& image) {
                       return joint_bilateral_upsample(prompt, image, options);
                     }});
      all.push_back({"weighted median", setting, [=](const DepthMap& prompt, const Image& image) {
                       return weighted_median_upsample(prompt, image, options);
                     }});
    }
  }
  for (const int radius : {2, 3, 5, 8, 12}) {
    for (const float epsilon : {1e-5F, 1e-4F, 1e-3F, 1e-2F, 1e-1F}) {
      const GuidedFilterOptions options{.radius_px = radius, .epsilon = epsilon};
      all.push_back({"guided filter", fmt::format("radius {} px, ε {}", radius, epsilon),
                     [=](const DepthMap& prompt, const Image& image) {
                       return guided_filter_upsample(prompt, image, options);
                     }});
    }
  }
  return all;
}

struct Errors {
  double l1_m = 0;
  double abs_rel = 0;
};

/// [kind][candidate] -> sums over the frames.
std::vector<std::vector<Errors>> measure_all(const Protocol& protocol,
                                             const std::vector<Candidate>& all) {
  const std::vector<CaseKind> kinds = protocol.kinds();
  const auto views = static_cast<std::size_t>(protocol.view_count());
  std::vector<std::vector<std::vector<Errors>>> by_view(
      views, std::vector<std::vector<Errors>>(kinds.size(), std::vector<Errors>(all.size())));
  parallel_for(protocol.view_count(), [&](std::int64_t i) {
    const View view = protocol.view(i);
    const std::vector<std::string> seen_by = protocol.kinds_of(i);
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      if (std::find(seen_by.begin(), seen_by.end(), kinds[k].name) == seen_by.end()) continue;
      const DensePrompt prompt =
          prepare_prompt(protocol.prompt(i, view, kinds[k].name), view.image);
      for (std::size_t c = 0; c < all.size(); ++c) {
        const DepthMetrics metrics =
            measure_depth(all[c].upsample(prompt.depth, view.image), view.truth);
        by_view[static_cast<std::size_t>(i)][k][c] = {metrics.l1_m, metrics.abs_rel};
      }
    }
  });
  std::vector<std::vector<Errors>> sums(kinds.size(), std::vector<Errors>(all.size()));
  for (const auto& view : by_view) {
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      for (std::size_t c = 0; c < all.size(); ++c) {
        sums[k][c].l1_m += view[k][c].l1_m;
        sums[k][c].abs_rel += view[k][c].abs_rel;
      }
    }
  }
  return sums;
}

void print(const Protocol& protocol, const std::vector<Candidate>& all,
           const std::vector<std::vector<Errors>>& sums) {
  const auto l1_ratio = [&](std::size_t k, std::size_t c) {
    return sums[k][c].l1_m / sums[k][0].l1_m;
  };
  fmt::print("{:<16} {:<24} {:>6} {:>6}\n", "baseline", "setting", "L1", "AbsRel");
  for (std::size_t c = 0; c < all.size(); ++c) {
    double l1 = 0;
    double abs_rel = 0;
    for (std::size_t k = 0; k < sums.size(); ++k) {
      l1 += l1_ratio(k, c) / static_cast<double>(sums.size());
      abs_rel += sums[k][c].abs_rel / sums[k][0].abs_rel / static_cast<double>(sums.size());
    }
    fmt::print("{:<16} {:<24} {:.4f} {:.4f}\n", all[c].family, all[c].setting, l1, abs_rel);
  }
  const std::vector<CaseKind> kinds = protocol.kinds();
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    for (const char* family : {"joint bilateral", "weighted median", "guided filter"}) {
      std::size_t best = 0;
      for (std::size_t c = 0; c < all.size(); ++c) {
        if (all[c].family != family) continue;
        if (best == 0 || l1_ratio(k, c) < l1_ratio(k, best)) best = c;
      }
      fmt::print("{:<16} {:<16} {:<24} {:.4f}\n", kinds[k].name, family, all[best].setting,
                 l1_ratio(k, best));
    }
  }
}

void tune(std::int64_t frames) {
  const auto protocol = training_frames_protocol({.frames = frames});
  const std::vector<Candidate> all = candidates();
  print(*protocol, all, measure_all(*protocol, all));
}

}  // namespace
}  // namespace promptdepth

int main(int argc, char** argv) {
  try {
    promptdepth::tune(argc > 1 ? std::max(1L, std::atol(argv[1])) : 32);
    return 0;
  } catch (const promptdepth::Error& error) {
    fmt::print(stderr, "promptdepth_tune_baselines: {}\n", error.what());
    return 1;
  }
}
