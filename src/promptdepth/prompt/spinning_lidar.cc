#include "promptdepth/prompt/spinning_lidar.h"

#include <Eigen/Geometry>
#include <cmath>
#include <numbers>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/ray_march.h"
#include "promptdepth/prompt/simulation_random.h"

namespace promptdepth {
namespace {

using Eigen::Matrix3f;
using Eigen::Vector3f;

constexpr float kEdgeRatio = 1.05F;  ///< Depths farther apart than this are two surfaces.

float radians(float degrees) { return degrees * std::numbers::pi_v<float> / 180; }

Matrix3f small_turn(float sigma_deg, Random random) {
  const Vector3f angles(random.normal(), random.normal(), random.normal());
  const Vector3f turn = radians(sigma_deg) * angles;
  const float angle = turn.norm();
  if (angle == 0) return Matrix3f::Identity();
  return Eigen::AngleAxisf(angle, turn / angle).toRotationMatrix();
}

class SpinningScanner {
 public:
  SpinningScanner(const ObservedScene& scene, const SpinningLidarOptions& options,
                  std::uint64_t seed)
      : scene_(scene),
        options_(options),
        camera_(scene.camera()),
        marcher_(scene.depth, camera_),
        returns_(scene, options.returns, seed),
        flying_(random_stream(seed, Stream::kFlying)),
        beams_(random_stream(seed, Stream::kBeams)),
        phase_(random_stream(seed, Stream::kPhase).uniform()),
        origin_in_camera_(options.right_m, -options.up_m, options.forward_m),
        camera_from_scanner_(
            Eigen::AngleAxisf(radians(options.pitch_deg), Vector3f::UnitX()).toRotationMatrix()),
        calibration_(
            small_turn(options.calibration_deg, random_stream(seed, Stream::kCalibration))) {}

  /// A half turn, over everything in front of the camera.
  SimulatedPrompt scan() {
    SimulatedPrompt prompt{.depth = DepthMap(scene_.depth.width, scene_.depth.height),
                           .confidence = DepthMap(scene_.depth.width, scene_.depth.height)};
    const std::vector<Vector3f> azimuths = azimuth_directions();
    for (int beam = 0; beam < options_.beams; ++beam) {
      const float elevation = elevation_of(beam);
      const float up = std::sin(elevation);
      const float level = std::cos(elevation);
      for (const Vector3f& azimuth : azimuths) {
        const Vector3f direction_in_scanner = level * azimuth - up * Vector3f::UnitY();
        measure(camera_from_scanner_ * direction_in_scanner, prompt);
      }
    }
    return prompt;
  }

 private:
  std::vector<Vector3f> azimuth_directions() const {
    const auto count = static_cast<int>(180 / options_.azimuth_step_deg);
    std::vector<Vector3f> directions;
    directions.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      const float angle =
          radians((static_cast<float>(i) + phase_) * options_.azimuth_step_deg - 90);
      directions.emplace_back(std::sin(angle), 0.0F, std::cos(angle));
    }
    return directions;
  }

  float elevation_of(int beam) {
    const float t = options_.beams == 1
                        ? 0.5F
                        : static_cast<float>(beam) / static_cast<float>(options_.beams - 1);
    return radians(std::lerp(options_.highest_deg, options_.lowest_deg, t) +
                   options_.beam_error_deg * beams_.normal());
  }

  void measure(const Vector3f& direction_in_camera, SimulatedPrompt& prompt) {
    const auto met =
        marcher_.follow(origin_in_camera_, direction_in_camera, 0, options_.returns.max_range_m);
    if (!met) return;
    const float range = (met->z - origin_in_camera_.z()) / direction_in_camera.z();
    const LightReturn back =
        returns_.measure(static_cast<int>(std::lround(met->u)),
                         static_cast<int>(std::lround(met->v)), met->z, mixed_at_edge(*met, range));
    if (back.range_m == 0) return;
    const Vector3f point_in_camera =
        origin_in_camera_ + back.range_m * (calibration_ * direction_in_camera);
    project(point_in_camera, options_.returns.confidence.of(back.sigma_m / back.range_m), prompt);
  }

  /// The range, for some of the beams that touch a second surface somewhere between both.
  float mixed_at_edge(const RayMarcher::Meeting& met, float range) {
    const float radius_px = static_cast<float>(camera_.fx) * radians(options_.divergence_deg) / 2 *
                            std::sqrt(flying_.uniform());
    const float angle = 2 * std::numbers::pi_v<float> * flying_.uniform();
    const float share = flying_.uniform();
    if (!flying_.chance(options_.flying)) return range;
    const long x = std::lround(met.u + radius_px * std::cos(angle));
    const long y = std::lround(met.v + radius_px * std::sin(angle));
    if (!inside(x, y)) return range;
    const float second = scene_.depth.at(static_cast<int>(x), static_cast<int>(y));
    if (!(std::max(second, met.z) > kEdgeRatio * std::min(second, met.z)) || !(second > 0)) {
      return range;
    }
    return range * std::lerp(1.0F, second / met.z, share);
  }

  void project(const Vector3f& point_in_camera, float confidence, SimulatedPrompt& prompt) const {
    const float z = point_in_camera.z();
    if (!(z >= kNearest_m)) return;
    const long x =
        std::lround(camera_.fx * static_cast<double>(point_in_camera.x() / z) + camera_.cx);
    const long y =
        std::lround(camera_.fy * static_cast<double>(point_in_camera.y() / z) + camera_.cy);
    if (!inside(x, y)) return;
    float& nearest = prompt.depth.at(static_cast<int>(x), static_cast<int>(y));
    if (nearest > 0 && nearest <= z) return;
    nearest = z;
    prompt.confidence.at(static_cast<int>(x), static_cast<int>(y)) = confidence;
  }

  bool inside(long x, long y) const {
    return x >= 0 && y >= 0 && x < scene_.depth.width && y < scene_.depth.height;
  }

  const ObservedScene& scene_;
  const SpinningLidarOptions& options_;
  Intrinsics camera_;
  RayMarcher marcher_;
  LightReturns returns_;
  Random flying_;
  Random beams_;
  float phase_;  ///< Of the first measurement, in steps.
  Vector3f origin_in_camera_;
  Matrix3f camera_from_scanner_;
  Matrix3f calibration_;
};

}  // namespace

std::vector<OptionField> SpinningLidarOptions::fields() {
  std::vector<OptionField> fields = {
      {"beams", &beams, 1, 1024, "beams one above the other"},
      {"lowest_deg", &lowest_deg, -89, 89, "elevation of the lowest beam"},
      {"highest_deg", &highest_deg, -89, 89, "elevation of the highest beam"},
      {"azimuth_step_deg", &azimuth_step_deg, 0.01, 90, "between two measurements of a beam"},
      {"right_m", &right_m, -100, 100, "where the scanner is, seen from the camera"},
      {"up_m", &up_m, -100, 100, "the same"},
      {"forward_m", &forward_m, -100, 100, "the same"},
      {"pitch_deg", &pitch_deg, -80, 80, "by how much it looks up, against the camera"},
      {"divergence_deg", &divergence_deg, 0, 10, "width of a beam"},
      {"flying", &flying, 0, 1, "share of the beams on an edge that mix two depths"},
      {"beam_error_deg", &beam_error_deg, 0, 10, "standard deviation of the beams' elevations"},
      {"calibration_deg", &calibration_deg, 0, 10,
       "standard deviation of the scanner's turn against its calibration, about each axis"}};
  for (const OptionField& field : returns.fields()) fields.push_back(field);
  return fields;
}

void SpinningLidarOptions::validate() const {
  check_fields("spinning LiDAR", SpinningLidarOptions(*this).fields());
  returns.validate("spinning LiDAR");
  if (lowest_deg <= highest_deg) return;
  fail(ErrorKind::kInvalidArgument,
       "spinning LiDAR: expected highest_deg at or above lowest_deg = {}, found {}", lowest_deg,
       highest_deg);
}

SimulatedPrompt simulate_spinning_lidar(const ObservedScene& scene,
                                        const SpinningLidarOptions& options, std::uint64_t seed) {
  options.validate();
  scene.validate();
  return SpinningScanner(scene, options, seed).scan();
}

}  // namespace promptdepth
