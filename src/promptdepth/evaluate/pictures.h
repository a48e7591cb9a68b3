#pragma once

#include <string>
#include <vector>

#include "promptdepth/evaluate/method.h"
#include "promptdepth/evaluate/protocol.h"
#include "promptdepth/evaluate/results.h"

namespace promptdepth {

/// A frame worth showing.
struct ShownFrame {
  std::string kind = {};
  std::string rank = {};  ///< "best", "median" or "worst".
  std::string frame = {};
  Scores scores = {};  ///< Of the method that it was chosen by.
};

/// Of each kind the best, the median and the worst frame (fewer where there are not three) by
/// AbsRel of the first model, or of the best baseline where there is no model.
std::vector<ShownFrame> choose_frames(const Results& results);

/// |prediction - truth| in metres; 0 where there is no truth, elsewhere above 0.
DepthMap error_map(const DepthMap& prediction, const DepthMap& truth);

/// Two rows of pictures: photo, prompt, the depth of the method, truth; below the errors of
/// bilinear, of the best baseline of the kind and of the method, in one scale (red high, blue low).
/// Makes the case again.
Image draw_frame(const Protocol& protocol, const std::vector<Method>& methods,
                 const Results& results, const ShownFrame& shown);

}  // namespace promptdepth
