// fuzz_corpus FOLDER: writes a small valid file of every kind into FOLDER/<target>/.
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "promptdepth/base/files.h"
#include "promptdepth/capture/depth_stream_for_test.h"
#include "promptdepth/geometry/mesh_files.h"
#include "promptdepth/image/npy.h"
#include "promptdepth/network/compact.h"
#include "promptdepth/network/network.h"
#include "promptdepth/tensor/checkpoint_writer_for_test.h"
#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/tensor/safetensors.h"
#include "promptdepth/tensor/seeded_weights.h"
#include "stored_zip.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

fs::path made(const fs::path& folder) {
  fs::create_directories(folder);
  return folder;
}

void write_safetensors(const fs::path& folder) {
  MemoryWeights weights;
  weights.add("a.weight", HostTensor::from_floats({2, 3}, {0, 1, 2, 3, 4, 5}));
  weights.add("b", convert(HostTensor::filled({}, 2.0F), DType::kF16));
  weights.add("none", HostTensor::from_floats({0, 3}, {}));
  save_safetensors(folder / "mixed", weights, std::nullopt, {{"format", "pt"}});
  save_safetensors(folder / "bf16", weights, DType::kBF16);
  save_safetensors(folder / "empty", MemoryWeights());
}

std::vector<testing::TensorRecord> records() {
  using Record = testing::TensorRecord;
  return {Record{.name = "dense", .storage_elements = 16, .extents = {4, 4}, .strides = {4, 1}},
          Record{.name = "part",
                 .storage_elements = 16,
                 .offset = 2,
                 .extents = {2, 3},
                 .strides = {1, 4}},
          Record{.name = "double",
                 .storage_class = "DoubleStorage",
                 .key = "1",
                 .storage_elements = 1,
                 .parameter = true}};
}

void write_pickles(const fs::path& folder) {
  write_file_atomically(folder / "flat", testing::flat_pickle(records()));
  write_file_atomically(folder / "lightning", testing::lightning_pickle(records()));
}

void write_checkpoints(const fs::path& folder) {
  const std::vector<std::string> storages = {std::string(64, '?'), "12345678"};
  const auto flat = testing::checkpoint_files(testing::flat_pickle(records()), storages);
  const auto nested = testing::checkpoint_files(testing::lightning_pickle(records()), storages);
  testing::write_zip(folder / "stored", flat);
  testing::write_zip(folder / "deflated", nested, true);
}

void write_arrays(const fs::path& folder) {
  const std::vector<std::int64_t> shape = {2, 3};
  const std::vector<float> values = {0, 1, 2, 3, 4, 5};
  const std::vector<std::byte> npy = encode_npy(shape, values);
  write_file_atomically(folder / "f4", npy);
  const std::string text(reinterpret_cast<const char*>(npy.data()), npy.size());
  testing::write_zip(folder / "stored", {{"depth.npy", text}});
  testing::write_zip(folder / "deflated", {{"depth.npy", text}, {"other.npy", text}}, true);
}

void write_meshes(const fs::path& folder) {
  Mesh mesh;
  mesh.vertices.positions_m = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}};
  mesh.vertices.colors = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
  mesh.triangles = {{0, 1, 2}};
  write_file_atomically(folder / "colored", encode_ply(mesh));
  write_file_atomically(
      folder / "text",
      std::string_view("ply\nformat ascii 1.0\ncomment c\nelement vertex 4\nproperty float x\n"
                       "property double y\nproperty short z\nproperty list uchar int n\n"
                       "element face 1\nproperty list uint8 uint vertex_index\nend_header\n"
                       "0 0 0 0\n1 0 0 1 5\n1 1 0 0\n0 1e0 -0 2 1 2\n4 0 1 2 3\n"));
  write_file_atomically(
      folder / "big",
      std::string_view("ply\nformat binary_big_endian 1.0\nelement vertex 1\nproperty uchar x\n"
                       "property uchar y\nproperty uchar z\nend_header\nabc"));
}

/// A whole compact model, and the names of the other family without an element behind them.
void write_models(const fs::path& folder) {
  save_safetensors(
      folder / "compact",
      *seeded_weights(Compact::manifest({.channels = {2, 3}, .propagations = 1}).tensors()),
      DType::kF16);
  MemoryWeights official;
  MemoryWeights hugging_face;
  for (const TensorInfo& tensor : model_tensors("vits"))
    official.add("net." + tensor.name, HostTensor::from_floats({0}, {}));
  for (const char* name :
       {"backbone.embeddings.cls_token", "backbone.embeddings.position_embeddings",
        "backbone.embeddings.patch_embeddings.projection.weight",
        "backbone.encoder.layer.0.attention.attention.query.weight",
        "backbone.encoder.layer.0.attention.attention.key.weight",
        "backbone.encoder.layer.0.attention.attention.value.weight",
        "neck.reassemble_stage.layers.0.projection.weight", "neck.convs.3.weight",
        "neck.fusion_stage.layers.0.residual_layer1.convolution1.weight", "head.conv1.weight"}) {
    hugging_face.add(name, HostTensor::from_floats({0}, {}));
  }
  save_safetensors(folder / "official", official);
  save_safetensors(folder / "hugging_face", hugging_face);
}

/// One of each text, behind the byte that chooses its parser (recording_text_fuzz.cc).
void write_recording_texts(const fs::path& folder) {
  const std::vector<std::pair<std::string, std::string>> texts = {
      {"csv", "x, name\n1.5, \"a \"\"b\"\"\"\n"},
      {"odometry",
       "timestamp, frame, x, y, z, qx, qy, qz, qw, fx, fy, cx, cy, dx, dy\n"
       "1.5, 000001, 1, 2, 3, 0, 0, 0, 1, 100, 100, 50, 40, ,\n"},
      {"tum", "# time\n1.5 1 2 3 0 0 0 1\n"},
      {"traj", "1.5 0.1 0.2 0.3 1 2 3\n"},
      {"kitti",
       "P2: 50 0 31 3 0 50 23 0 0 0 1 0\nR0_rect: 1 0 0 0 1 0 0 0 1\n"
       "Tr_velo_to_cam: 0 -1 0 0.1 0 0 -1 0.2 1 0 0 0.3\n"},
      {"transforms",
       R"({"fl_x": 50, "cx": 31, "w": 64, "h": 48, "frames": [{"file_path": "a.png",
           "depth_file_path": "b.png",
           "transform_matrix": [[1,0,0,1],[0,1,0,2],[0,0,1,3],[0,0,0,1]]}]})"},
      {"pincam", "640 480 500 500 319.5 239.5"}};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    write_file_atomically(folder / texts[i].first,
                          std::string(1, static_cast<char>(i)) + texts[i].second);
  }
}

void write_sweeps(const fs::path& folder) {
  const std::vector<float> points = {1, 2, 3, 0.5F, 4, 5, 6, 0.25F};
  write_file_atomically(folder / "two", std::as_bytes(std::span(points)));
}

void write_depth_streams(const fs::path& folder) {
  const std::vector<DepthMap> frames(3, DepthMap(256, 192, 1.5F));
  write_file_atomically(folder / "lz4", lz4_chunks(frames));
  write_file_atomically(folder / "deflate", deflate_chunks(frames));
  write_file_atomically(folder / "one", one_stream(frames));
}

}  // namespace
}  // namespace promptdepth

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  promptdepth::write_safetensors(promptdepth::made(folder / "safetensors"));
  promptdepth::write_pickles(promptdepth::made(folder / "pickle"));
  promptdepth::write_checkpoints(promptdepth::made(folder / "checkpoint"));
  promptdepth::write_arrays(promptdepth::made(folder / "npy"));
  promptdepth::write_meshes(promptdepth::made(folder / "ply"));
  promptdepth::write_models(promptdepth::made(folder / "model"));
  promptdepth::write_recording_texts(promptdepth::made(folder / "recording_text"));
  promptdepth::write_sweeps(promptdepth::made(folder / "velodyne"));
  promptdepth::write_depth_streams(promptdepth::made(folder / "depth_stream"));
  return 0;
}
