#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "promptdepth/base/progress.h"
#include "promptdepth/capture/capture.h"

namespace promptdepth {

/// A frame of a contact sheet, upright; the photo is small.
struct SheetFrame {
  std::string name = {};
  Image photo = {};
  DepthMap depth = {};
};

/// At most `count` frames, spread evenly over the recording. A video is decoded up to the last of
/// them.
std::vector<SheetFrame> sheet_frames(const Capture& capture, std::size_t count,
                                     const ProgressCallback& progress = {});

/// Each frame's photo with its depth below, all in the colours of one range, whose scale is at the
/// bottom. Throws Error(kInvalidArgument) when there is no frame.
Image draw_recording_sheet(std::span<const SheetFrame> frames);

}  // namespace promptdepth
