#include "promptdepth/scene/frame_files.h"

#include <nlohmann/json.hpp>

#include "promptdepth/base/files.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"

namespace promptdepth {

void write_frame(const std::filesystem::path& folder, const RenderedFrame& frame) {
  write_image(folder / "image.png", frame.image);
  write_depth(folder / "depth.png", frame.depth);
  write_depth(folder / "depth.npy", frame.depth);
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
