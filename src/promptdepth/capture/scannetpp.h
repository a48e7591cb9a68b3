#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "promptdepth/capture/data_set.h"

namespace promptdepth {

/// ScanNet++ (Yeshwanth et al., ICCV 2023), the iPhone's recordings, as its toolkit leaves them:
///   data/SCENE/iphone/rgb/frame_NNNNNN.jpg            extracted by prepare_iphone_data
///   data/SCENE/iphone/render_depth/frame_NNNNNN.png   the laser scan's mesh rendered, mm
///   data/SCENE/iphone/zipnerf_depth/frame_NNNNNN.png  Zip-NeRF's depth, planar, mm     (optional)
///   data/SCENE/iphone/depth/frame_NNNNNN.png          the device's depth, mm, or
///   data/SCENE/iphone/depth.bin                       both layouts (DepthStream)
///   data/SCENE/iphone/pose_intrinsic_imu.json         camera and pose                  (optional)
///   splits/SPLIT.txt                                  a scene per line
/// A frame of the data set is a picture with at least one of the two depths. Without
/// splits/SPLIT.txt all scenes count. `split` is such as "nvs_sem_train". Throws Error(kIo) when
/// there is no such folder, Error(kInvalidData) when there is no frame.
std::unique_ptr<DataSet> open_scannetpp(const std::filesystem::path& root, std::string_view split);

}  // namespace promptdepth
