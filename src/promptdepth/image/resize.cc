#include "promptdepth/image/resize.h"

#include <opencv2/imgproc.hpp>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

// The header OpenCV wraps around our pixels is not const; resize() only reads them.
cv::Mat view(const Image& image) {
  return {image.height, image.width, CV_32FC3, const_cast<float*>(image.rgb.data())};
}

cv::Mat view(const DepthMap& map) {
  return {map.height, map.width, CV_32FC1, const_cast<float*>(map.values.data())};
}

template <typename Map>
Map resize(const Map& source, int width, int height, int interpolation) {
  if (source.empty() || width < 1 || height < 1) {
    fail(ErrorKind::kInvalidArgument, "cannot resize {} x {} pixels to {} x {}", source.width,
         source.height, width, height);
  }
  if (width == source.width && height == source.height) return source;
  Map result(width, height);
  cv::Mat target = view(result);
  cv::resize(view(source), target, target.size(), 0.0, 0.0, interpolation);
  return result;
}

}  // namespace

Image resize_area(const Image& image, int width, int height) {
  return resize(image, width, height, cv::INTER_AREA);
}

Image resize_bilinear(const Image& image, int width, int height) {
  return resize(image, width, height, cv::INTER_LINEAR);
}

DepthMap resize_bilinear(const DepthMap& map, int width, int height) {
  return resize(map, width, height, cv::INTER_LINEAR);
}

DepthMap resize_nearest(const DepthMap& map, int width, int height) {
  return resize(map, width, height, cv::INTER_NEAREST_EXACT);
}

DepthMap resize_bicubic(const DepthMap& map, int width, int height) {
  return resize(map, width, height, cv::INTER_CUBIC);
}

}  // namespace promptdepth
