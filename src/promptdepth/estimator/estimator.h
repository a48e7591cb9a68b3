#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "promptdepth/estimator/backend_choice.h"
#include "promptdepth/image/image.h"
#include "promptdepth/network/network.h"
#include "promptdepth/prompt/densify.h"

namespace promptdepth {

enum class OutputSize {
  kImage,    ///< The photo's own size; the network's output is resized bilinearly.
  kNetwork,  ///< The size the network ran at.
};

struct EstimatorOptions {
  Device device = Device::kAuto;
  PrecisionChoice precision = PrecisionChoice::kAuto;
  PositionChoice position = PositionChoice::kAsNamed;
  /// The photo's long side is reduced to at most this many pixels before the network sees it; 0
  /// keeps its own size.
  int max_size_px = 1008;
  OutputSize output_size = OutputSize::kImage;
  PromptOptions prompt = {};  ///< Cleaning, filling and range of the prompt.

  /// Throws Error(kInvalidArgument) naming the field, its range and the value found.
  void validate() const;
};

/// One photo's result and what led to it.
struct Estimate {
  DepthMap depth =
      {};              ///< Metres, at the size the options ask for; every pixel above 0 and finite.
  DensePrompt prompt;  ///< What the network was given; `range` is the model's own where it has one.
  int network_width = 0;
  int network_height = 0;
};

/// Photo + prompt -> dense metric depth: the API that most users need.
///
///   const Estimator estimator = Estimator::load("model.safetensors");
///   const DepthMap depth = estimator.estimate(read_image("photo.jpg").image,
///   read_depth("lidar.png"));
///
/// Thread-safe: any number of threads may call estimate() on one estimator. Weights are shared;
/// every call in flight uses a session of its own, and sessions are kept for the next calls of a
/// few sizes.
class Estimator {
 public:
  /// A model file: safetensors or PyTorch checkpoint, of any family and naming that build_network
  /// knows.
  static Estimator load(const std::filesystem::path& path, const EstimatorOptions& options = {});

  /// The default model, which is part of the library.
  static Estimator load_default(const EstimatorOptions& options = {});

  static Estimator from_weights(const WeightFile& weights, const EstimatorOptions& options = {});

  Estimator(Estimator&&) noexcept;
  Estimator& operator=(Estimator&&) noexcept;
  ~Estimator();

  const ModelInfo& model() const;
  const EstimatorOptions& options() const;
  /// The backend's name and precision, such as "cpu bf16".
  std::string device_name() const;

  /// `photo`: RGB in [0, 1]. `prompt`: metres at any resolution, 0, NaN, infinite or negative where
  /// nothing was measured; it covers the photo's field of view (another aspect ratio is reported as
  /// a warning). Throws Error(kInvalidData) when no pixel of the prompt is valid, the photo is
  /// smaller than one patch, or damaged weights lead to NaN or absurd depths. The compact network
  /// predicts nothing nearer than half of the least measured depth.
  DepthMap estimate(const Image& photo, const DepthMap& prompt) const;

  /// The same with everything a preview or a report wants to show. `range`, where given, is what
  /// the network's normalised space stands for instead of the prompt's own range: that of a frame's
  /// neighbours in time, say. A model with a range of its own heeds neither.
  Estimate estimate_with_details(const Image& photo, const DepthMap& prompt,
                                 const std::optional<PromptRange>& range = std::nullopt) const;

 private:
  struct Parts;
  explicit Estimator(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace promptdepth
