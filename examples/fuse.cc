// A recording's measured depth as one mesh.
//   fuse CAPTURE MESH.ply|obj|glb
#include <cstdio>
#include <exception>

#include "promptdepth/capture/capture.h"
#include "promptdepth/fusion/tsdf_volume.h"
#include "promptdepth/geometry/mesh_files.h"
#include "promptdepth/image/resize.h"

int main(int argc, char** argv) {
  using namespace promptdepth;
  if (argc != 3) return std::fprintf(stderr, "usage: fuse CAPTURE MESH\n"), 2;
  try {
    const auto capture = open_capture(argv[1]);
    const auto frames = capture->stream({});
    TsdfVolume volume(tsdf_preset("paper"));
    while (const auto frame = frames->next()) {
      if (!frame->world_from_camera || !frame->intrinsics) continue;
      const int width = frame->prompt.width;
      const int height = frame->prompt.height;
      volume.integrate({.name = frame->name,
                        .depth = frame->prompt,
                        .color = resize_area(frame->image, width, height),
                        .intrinsics = scale_intrinsics(*frame->intrinsics, width, height),
                        .world_from_camera = *frame->world_from_camera});
    }
    write_mesh(argv[2], volume.extract_mesh());
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "fuse: %s\n", error.what()), 1;
  }
  return 0;
}
