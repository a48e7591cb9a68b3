// The smallest program: a photo and a LiDAR map in, metric depth out.
//   predict PHOTO PROMPT OUT
#include <cstdio>
#include <exception>

#include "promptdepth/estimator/estimator.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"

int main(int argc, char** argv) {
  using namespace promptdepth;
  if (argc != 4) return std::fprintf(stderr, "usage: predict PHOTO PROMPT OUT\n"), 2;
  try {
    const Estimator estimator = Estimator::load_default();
    const LoadedImage photo = read_image(argv[1]);
    const DepthMap prompt = apply_orientation(read_depth(argv[2]), photo.orientation);
    write_depth(argv[3], estimator.estimate(photo.image, prompt));
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "predict: %s\n", error.what()), 1;
  }
  return 0;
}
