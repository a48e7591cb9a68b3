#include "open3d_volumes.h"

#include <open3d/geometry/RGBDImage.h>
#include <open3d/geometry/TriangleMesh.h>
#include <open3d/pipelines/integration/ScalableTSDFVolume.h>
#include <open3d/t/geometry/Image.h>
#include <open3d/t/geometry/TriangleMesh.h>
#include <open3d/t/geometry/VoxelBlockGrid.h>

#include "promptdepth/image/quantize.h"

namespace promptdepth::bench {
namespace {

class Legacy : public Open3dVolume {
 public:
  explicit Legacy(const TsdfOptions& options)
      : options_(options),
        volume_(options.voxel_size_m, options.truncation_m,
                options.color ? open3d::pipelines::integration::TSDFVolumeColorType::RGB8
                              : open3d::pipelines::integration::TSDFVolumeColorType::NoColor) {}

  void integrate(const PosedDepth& view) override {
    const Intrinsics& c = view.intrinsics;
    open3d::geometry::RGBDImage images;
    images.depth_.Prepare(c.width, c.height, 1, 4);
    float* depth = images.depth_.PointerAs<float>();
    for (std::size_t i = 0; i < view.depth.values.size(); ++i) {
      const float z = view.depth.values[i];
      depth[i] = z <= static_cast<float>(options_.max_depth_m) ? z : 0.0F;
    }
    images.color_.Prepare(c.width, c.height, 3, 1);
    images.color_.data_ = quantize_8bit(view.color);
    volume_.Integrate(images, {c.width, c.height, c.fx, c.fy, c.cx, c.cy},
                      view.world_from_camera.inverse().matrix());
  }

  std::size_t extract() override { return volume_.ExtractTriangleMesh()->triangles_.size(); }

 private:
  TsdfOptions options_;
  open3d::pipelines::integration::ScalableTSDFVolume volume_;
};

open3d::core::Tensor tensor_of(const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>& matrix) {
  return {std::vector<double>(matrix.data(), matrix.data() + matrix.size()),
          {matrix.rows(), matrix.cols()},
          open3d::core::Float64};
}

class VoxelBlocks : public Open3dVolume {
 public:
  explicit VoxelBlocks(const TsdfOptions& options)
      : options_(options),
        grid_({"tsdf", "weight", "color"},
              {open3d::core::Float32, open3d::core::Float32, open3d::core::Float32},
              {{1}, {1}, {3}}, static_cast<float>(options.voxel_size_m), 8, 20000) {}

  void integrate(const PosedDepth& view) override {
    const Intrinsics& c = view.intrinsics;
    const open3d::core::Tensor depth_values(view.depth.values, {c.height, c.width, 1},
                                            open3d::core::Float32);
    const open3d::core::Tensor color_values(view.color.rgb, {c.height, c.width, 3},
                                            open3d::core::Float32);
    Eigen::Matrix3d camera;
    camera << c.fx, 0, c.cx, 0, c.fy, c.cy, 0, 0, 1;
    const auto intrinsic = tensor_of(camera);
    const auto extrinsic = tensor_of(view.world_from_camera.inverse().matrix());
    const open3d::t::geometry::Image depth(depth_values);
    const auto farthest = static_cast<float>(options_.max_depth_m);
    const auto truncation = static_cast<float>(options_.truncation_m / options_.voxel_size_m);
    const auto blocks =
        grid_.GetUniqueBlockCoordinates(depth, intrinsic, extrinsic, 1.0F, farthest, truncation);
    grid_.Integrate(blocks, depth, open3d::t::geometry::Image(color_values), intrinsic, intrinsic,
                    extrinsic, 1.0F, farthest, truncation);
  }

  std::size_t extract() override {
    return static_cast<std::size_t>(
        grid_.ExtractTriangleMesh(0.0F).GetTriangleIndices().GetLength());
  }

 private:
  TsdfOptions options_;
  open3d::t::geometry::VoxelBlockGrid grid_;
};

}  // namespace

std::unique_ptr<Open3dVolume> open3d_legacy(const TsdfOptions& options) {
  return std::make_unique<Legacy>(options);
}

std::unique_ptr<Open3dVolume> open3d_voxel_blocks(const TsdfOptions& options) {
  return std::make_unique<VoxelBlocks>(options);
}

}  // namespace promptdepth::bench
