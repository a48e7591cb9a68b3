#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace promptdepth {

/// Where pictures with depth come from; docs/datasets.md has the layout of each.
enum class DataKind : std::uint8_t {
  kProcedural,   ///< Scenes rendered as training goes, as the recipe's `scenes` say.
  kHypersim,     ///< Rendered interiors; HDF5.
  kArkitScenes,  ///< ARKitScenes depth upsampling.
  kScanNetPP,    ///< ScanNet++, the iPhone's recordings.
  kFolder,       ///< Folders of pictures, depth maps and prompts.
};

/// One data set of a mixture. A sample comes from it with probability weight / (sum of weights).
struct DataRecipe {
  DataKind kind = DataKind::kProcedural;
  std::string name = {};   ///< In records and messages; the kind's if empty.
  std::string path = {};   ///< Folder; a relative one lies in the run's data folder.
  std::string split = {};  ///< Which part of the set, as its publishers name it; empty: training.
  float weight = 1;        ///< Above 0.
  /// Of the frames with a sensor's measurement are prompted with it, the others with a simulated
  /// one.
  float real_prompt_share = 1;
  float min_confidence = 0;  ///< Measurements below this level (0, 1, 2) are left out of prompts.
  int long_side_px = 0;      ///< Frames are shrunk to this before parts are cut out; 0: not at all.
  std::int64_t window = 1;   ///< Frames held in memory, 1 to 65,536.
  std::int64_t uses = 1;     ///< Samples cut from a frame each time it is read, 1 to 1,000.

  std::string label() const;
};

/// "procedural", "hypersim", "arkitscenes", "scannetpp" or "folder".
const char* kind_name(DataKind kind);

/// Throws Error(kInvalidArgument) unless every data set that is read has a path, none that is
/// rendered has, and no two share a label.
void validate_data(std::span<const DataRecipe> data);

/// The fields, for the visitors of recipe.cc.
template <typename V>
void visit(V& v, DataRecipe& r) {
  v.option("kind", r.kind,
           {{kind_name(DataKind::kProcedural), DataKind::kProcedural},
            {kind_name(DataKind::kHypersim), DataKind::kHypersim},
            {kind_name(DataKind::kArkitScenes), DataKind::kArkitScenes},
            {kind_name(DataKind::kScanNetPP), DataKind::kScanNetPP},
            {kind_name(DataKind::kFolder), DataKind::kFolder}});
  v.optional_text("name", r.name);
  v.optional_text("path", r.path);
  v.optional_text("split", r.split);
  v.field("weight", r.weight, 1e-6, 1e9);
  v.field("real_prompt_share", r.real_prompt_share, 0, 1);
  v.field("min_confidence", r.min_confidence, 0, 2);
  v.field("long_side_px", r.long_side_px, 0, 16384);
  v.field("window", r.window, 1, 65536);
  v.field("uses", r.uses, 1, 1000);
}

}  // namespace promptdepth
