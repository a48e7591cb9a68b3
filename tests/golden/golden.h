#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "promptdepth/backend/backend.h"

namespace promptdepth::golden {

/// What one run of the network computed, stage by stage, as rows of channels (NHWC).
/// "class1".."class4" and "depth" (metres) are added to the stages the network reports.
using Stages = std::map<std::string, std::vector<float>>;

/// The golden tensors, rearranged to rows of channels; nullopt when the recordings are not there.
std::optional<Stages> load_golden();

/// Runs ViT-S with the seeded weights on the golden inputs.
Stages run_network(Backend& backend, const Stages& golden);

/// Largest difference between the two, divided by the root mean square of `expected`; infinite when
/// a value is not finite or the sizes differ.
double relative_error(const std::vector<float>& actual, const std::vector<float>& expected);

double mean_absolute_difference(const std::vector<float>& a, const std::vector<float>& b);

/// Expects every golden stage within 1e-4 of that stage's root mean square.
void expect_every_stage_matches(Backend& backend);

}  // namespace promptdepth::golden
