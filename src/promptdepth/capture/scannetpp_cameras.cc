#include "promptdepth/capture/scannetpp_cameras.h"

#include <nlohmann/json.hpp>

#include "promptdepth/capture/json_numbers.h"
#include "promptdepth/capture/pose.h"

namespace promptdepth {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;

ScanNetPPCamera parse_camera(const nlohmann::json& record) {
  ScanNetPPCamera camera;
  if (const auto k = json_numbers(record, "intrinsic", 9); k && (*k)[0] > 0 && (*k)[4] > 0) {
    camera.intrinsics = Intrinsics{.fx = (*k)[0], .fy = (*k)[4], .cx = (*k)[2], .cy = (*k)[5]};
  }
  for (const char* key : {"aligned_pose", "pose"}) {
    const auto pose = json_numbers(record, key, 16);
    if (pose) camera.world_from_camera = pose_from_matrix(*pose);
    if (camera.world_from_camera) break;
  }
  camera.time_s = json_number(record, "timestamp");
  return camera;
}

}  // namespace

std::map<std::string, ScanNetPPCamera> read_scannetpp_cameras(
    const std::filesystem::path& path, const std::function<bool(const std::string&)>& wanted) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return {};
  const nlohmann::json json = read_json_object(path, kMostBytes);
  std::map<std::string, ScanNetPPCamera> cameras;
  for (const auto& [name, record] : json.items()) {
    if (wanted(name)) cameras.emplace(name, parse_camera(record));
  }
  return cameras;
}

}  // namespace promptdepth
