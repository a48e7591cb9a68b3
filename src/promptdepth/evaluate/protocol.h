#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "promptdepth/evaluate/method.h"
#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/image.h"
#include "promptdepth/image/surface_map.h"

namespace promptdepth {

/// A kind of case whose scores are averaged on their own: a kind of prompt.
struct CaseKind {
  std::string name;
  std::string description;
};

/// An image with its truth, and what else sensors answer to.
struct View {
  Image image = {};
  DepthMap truth = {};
  SurfaceMap surfaces = {};                             ///< Empty maps where not known.
  std::optional<Intrinsics> intrinsics = std::nullopt;  ///< Of the image's pixels.
};

/// Names and values of whatever decides an evaluation's figures.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// Where an evaluation's cases come from: views, each seen by the sensors of one or more kinds.
/// Every view and case is a pure function of its number, so that it can be made again.
class Protocol {
 public:
  virtual ~Protocol() = default;

  virtual std::string name() const = 0;
  virtual Settings settings() const = 0;
  virtual std::vector<CaseKind> kinds() const = 0;

  virtual std::int64_t view_count() const = 0;
  /// Unique, in the order of the views, without commas and line feeds.
  virtual std::string view_name(std::int64_t index) const = 0;
  /// The kinds of this view's cases.
  virtual std::vector<std::string> kinds_of(std::int64_t index) const = 0;

  virtual View view(std::int64_t index) const = 0;
  /// What the sensor of a kind delivers of that view.
  virtual DepthMap prompt(std::int64_t index, const View& view, const std::string& kind) const = 0;
};

}  // namespace promptdepth
