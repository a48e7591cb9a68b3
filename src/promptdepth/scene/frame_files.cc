#include "promptdepth/scene/frame_files.h"

#include <nlohmann/json.hpp>

#include "promptdepth/base/files.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"

namespace promptdepth {
namespace {

/// Red: diffuse reflectance; green: mirror; blue: transparency.
Image picture_of(const SurfaceMap& surfaces) {
  Image image(surfaces.mirror.width, surfaces.mirror.height);
  for (std::size_t i = 0; i < image.pixel_count(); ++i) {
    image.rgb[3 * i] = surfaces.reflectance.values[i];
    image.rgb[3 * i + 1] = surfaces.mirror.values[i];
    image.rgb[3 * i + 2] = surfaces.transparency.values[i];
  }
  return image;
}

}  // namespace

void write_frame(const std::filesystem::path& folder, const RenderedFrame& frame) {
  write_image(folder / "image.png", frame.image);
  write_depth(folder / "depth.png", frame.depth);
  write_depth(folder / "depth.npy", frame.depth);
  write_image(folder / "surfaces.png", picture_of(frame.surfaces));
  write_depth(folder / "beyond.npy", frame.surfaces.beyond);
  const Intrinsics& k = frame.intrinsics;
  const nlohmann::ordered_json json = {{"width", frame.image.width},
                                       {"height", frame.image.height},
                                       {"fx", k.fx},
                                       {"fy", k.fy},
                                       {"cx", k.cx},
                                       {"cy", k.cy},
                                       {"world_from_camera", frame.world_from_camera}};
  write_file_atomically(folder / "intrinsics.json", json.dump(2) + "\n");
}

}  // namespace promptdepth
