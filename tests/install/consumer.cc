#include <cstdio>

#include "promptdepth/estimator/estimator.h"

int main() {
  using namespace promptdepth;
  const Estimator estimator = Estimator::load_default();
  Image photo(64, 48);
  DepthMap prompt(16, 12, 2.0F);
  prompt.at(3, 4) = 3.0F;
  const DepthMap depth = estimator.estimate(photo, prompt);
  std::printf("%dx%d, %.2f m in the middle\n", depth.width, depth.height, depth.at(32, 24));
  return depth.at(32, 24) > 1.0F && depth.at(32, 24) < 4.0F ? 0 : 1;
}
