#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/backend/backend.h"
#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// What every network of the house is given. The prompt is depth in the prompt's own normalised
/// space, (z − min)/(max − min) over the measured pixels (spec 1.1), with its holes filled.
struct NetworkInput {
  FeatureMap image;  ///< n×H×W×3, RGB in [0, 1].
  /// n×h×w×1, of any resolution; covers the same field of view as the image. Prompt Depth Anything
  /// also runs without one (an empty map), as the foundation model that it was made from.
  FeatureMap prompt;
  FeatureMap measured;  ///< n×h×w×1, 1 where the prompt was measured and 0 where it was filled.
};

/// What a model is, as far as its tensors tell.
struct ModelInfo {
  std::string family;  ///< "prompt-depth-anything" or "compact".
  std::string
      size;  ///< "vits", "vitb", "vitl", "vitg"; else a description such as "width 192, depth 12".
  std::string naming;  ///< "official", "official with prefix 'x.'", "hugging-face" or "compact".
  std::int64_t parameter_count = 0;
  int size_multiple = 1;       ///< The image's sides must be multiples of this many pixels.
  std::string prompting = {};  ///< Prompt Depth Anything: the name of its PromptingDesign.
  /// Above 0: the normalised space stands for 0 to this many metres, whatever the prompt's range.
  float depth_range_m = 0;
};

/// A network with its weights prepared by one backend. Immutable: many threads may run it, each
/// with a session of that backend.
class Network {
 public:
  virtual ~Network() = default;

  virtual const ModelInfo& info() const = 0;

  /// Depth in the prompt's normalised space, n×H×W×1, float32. Calls Session::finish_stage as it
  /// goes.
  virtual FeatureMap forward(Session& session, const NetworkInput& input) const = 0;
};

/// The key of a weight file's metadata that has ModelInfo::depth_range_m.
inline constexpr const char* kDepthRangeKey = "depth_range_m";

/// Which position-embedding convention a model runs with; see PositionConvention.
enum class PositionChoice { kAsNamed, kOfficial, kHuggingFace };

/// Builds the network that the tensors describe, whatever its family, naming and size; the shapes
/// decide, never a file name. Throws Error(kInvalidData) with the first names when tensors are
/// missing, superfluous or misshapen.
std::unique_ptr<const Network> build_network(const WeightFile& weights, Backend& backend,
                                             PositionChoice position = PositionChoice::kAsNamed);

/// What `build_network` would build, checked as strictly, without reading a weight.
ModelInfo inspect_model(const WeightFile& weights);

/// The tensors of a model of a known size, in official naming: "vits", "vitb", "vitl", "vitg" or
/// "compact". Throws Error(kInvalidArgument) for another name.
std::vector<TensorInfo> model_tensors(std::string_view size);

}  // namespace promptdepth
