#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

/// Puts meshes and point clouds (meshes without triangles) together as one binary glTF 2.0 scene.
/// Coloured ones are shown without lighting (KHR_materials_unlit); sRGB becomes the linear 16-bit
/// colours that glTF wants.
class GlbBuilder {
 public:
  GlbBuilder();
  GlbBuilder(const GlbBuilder&) = delete;
  GlbBuilder& operator=(const GlbBuilder&) = delete;
  ~GlbBuilder();

  /// Adds what can be shown and returns its number for add_node(). Throws Error(kInvalidArgument)
  /// when it has no vertices, Error(kUnsupported) when the file would exceed 4 GiB.
  int add_mesh(const Mesh& mesh);

  /// Shows it, always.
  void add_node(int mesh);

  /// Shows it from `start_s` to `end_s` of an animation, and not before or after.
  void add_timed_node(int mesh, double start_s, double end_s);

  std::vector<std::byte> encode() const;

 private:
  struct Document;

  int add_accessor(std::span<const std::byte> data, int component_type, const char* type,
                   std::size_t count);

  std::unique_ptr<Document> document_;
};

}  // namespace promptdepth
