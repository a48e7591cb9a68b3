// The text files of recordings. The first byte chooses the format.
#include <array>
#include <string_view>

#include "harness.h"
#include "promptdepth/capture/csv.h"
#include "promptdepth/capture/kitti.h"
#include "promptdepth/capture/nerfstudio.h"
#include "promptdepth/capture/pose_track.h"
#include "promptdepth/capture/stray_scanner.h"

namespace promptdepth {
namespace {

void parse_csv(std::string_view text) {
  const CsvTable table(text, "the input");
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    if (table.has("x")) static_cast<void>(table.number(row, "x"));
  }
}

void parse_odometry_text(std::string_view text) {
  ProblemList problems;
  parse_odometry(text, problems);
}

void parse_tum(std::string_view text) {
  ProblemList problems;
  static_cast<void>(parse_tum_trajectory(text, problems).at(1.0, 0.5));
}

void parse_arkitscenes(std::string_view text) {
  ProblemList problems;
  static_cast<void>(parse_arkitscenes_trajectory(text, problems).at(1.0, 0.5));
}

void parse_kitti(std::string_view text) { parse_kitti_calibration(text, "the input"); }

void parse_nerfstudio(std::string_view text) { parse_transforms(text, "/nowhere"); }

void parse_camera(std::string_view text) { parse_intrinsics(text, 640, 480, "the input"); }

constexpr std::array kParsers = {parse_csv,   parse_odometry_text, parse_tum,   parse_arkitscenes,
                                 parse_kitti, parse_nerfstudio,    parse_camera};

}  // namespace
}  // namespace promptdepth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return promptdepth::fuzz::run(data, size, [](std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    promptdepth::kParsers[std::to_integer<std::size_t>(bytes[0]) % promptdepth::kParsers.size()](
        text.substr(1));
  });
}
