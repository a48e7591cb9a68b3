#pragma once

#include <cstdint>

#include "promptdepth/scene/scene.h"

namespace promptdepth {

/// Frames `first_seed`, `first_seed` + 1, ... as one picture of `columns` × `rows`: each photograph
/// above its depth in false colours (near to far, each frame its own range). For looking at what a
/// model is trained on.
Image contact_sheet(std::uint64_t first_seed, int columns, int rows, const SceneOptions& options);

}  // namespace promptdepth
