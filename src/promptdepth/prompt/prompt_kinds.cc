#include "promptdepth/prompt/prompt_kinds.h"

#include <algorithm>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

/// A phone's LiDAR alone, with range noise, bias, bleeding and smoothing but nothing missing,
/// whatever the surfaces.
SimulationMix phone_lidar_alone(Interval anchor_spacing_px) {
  SimulationMix mix;
  mix.sparse_share = 0;
  mix.downsampled_share = 0;
  mix.time_of_flight_share = 0;
  mix.spinning_share = 0;
  mix.structure_from_motion_share = 0;
  mix.clean_share = 0;
  mix.hole_share = 0;
  mix.dropout_share = 0;
  mix.surface_share = 0;
  mix.anchor_spacing_px = anchor_spacing_px;
  return mix;
}

/// Another sensor alone, whose share is the member `share`.
SimulationMix alone(float SimulationMix::*share) {
  SimulationMix mix = phone_lidar_alone({7, 14});
  mix.*share = 1;
  return mix;
}

SimulationMix with_holes(SimulationMix mix) {
  mix.hole_share = 1;
  mix.holes = {0.1F, 0.3F};
  return mix;
}

SimulationMix scattered_points() {
  SimulationMix mix = alone(&SimulationMix::sparse_share);
  mix.point_count = {200, 800};
  return mix;
}

/// From 2 to 6 image pixels to a prompt pixel: at 336 pixels those of cameras from 56 to 168 wide.
SimulationMix low_resolution_time_of_flight() {
  SimulationMix mix = alone(&SimulationMix::time_of_flight_share);
  mix.tof_pixel_px = {2, 6};
  return mix;
}

}  // namespace

std::vector<PromptKind> prompt_kinds() {
  return {{.name = "phone-lidar",
           .description = "phone LiDAR, anchors every 7-14 px",
           .mix = phone_lidar_alone({7, 14})},
          {.name = "coarse-lidar",
           .description = "phone LiDAR, anchors every 14-30 px",
           .mix = phone_lidar_alone({14, 30})},
          {.name = "holes",
           .description = "phone LiDAR, anchors every 7-20 px, 10-30 % holes",
           .mix = with_holes(phone_lidar_alone({7, 20}))},
          {.name = "points", .description = "200-800 scattered points", .mix = scattered_points()},
          {.name = "time-of-flight",
           .description = "time-of-flight camera, a pixel every 2-6 px",
           .mix = low_resolution_time_of_flight()},
          {.name = "spinning",
           .description = "a vehicle's spinning scanner",
           .place = PromptPlace::kOutdoors,
           .mix = alone(&SimulationMix::spinning_share)},
          {.name = "structure-from-motion",
           .description = "a sparse cloud on textured corners, as COLMAP makes it",
           .mix = alone(&SimulationMix::structure_from_motion_share)}};
}

PromptKind prompt_kind(std::string_view name) {
  std::string names;
  for (PromptKind& kind : prompt_kinds()) {
    if (kind.name == name) return kind;
    names += (names.empty() ? "" : ", ") + kind.name;
  }
  fail(ErrorKind::kInvalidArgument, "expected a kind of prompt ({}), found '{}'", names, name);
}

}  // namespace promptdepth
