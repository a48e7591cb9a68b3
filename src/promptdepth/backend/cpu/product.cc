#include "promptdepth/backend/cpu/product.h"

#include <algorithm>
#include <limits>

#include <omp.h>

#include "promptdepth/base/threads.h"

namespace promptdepth::cpu {
namespace {

/// Inputs and sums of a tile should fit into a second-level cache together.
constexpr std::int64_t kTileBytes = 400'000;
constexpr std::int64_t kFewestRows = 48;
/// What starting a tile costs, in operations.
constexpr std::int64_t kTileOverhead = 1'000'000;

std::int64_t round_down(std::int64_t value, std::int64_t step) { return value / step * step; }

std::int64_t most_rows(const PackedProduct& layer) {
  const auto in_bytes = layer.in() * static_cast<std::int64_t>(size_of(layer.dtype()));
  const auto sum_bytes = layer.chunk(0).columns * static_cast<std::int64_t>(sizeof(float));
  const std::int64_t rows = kTileBytes / std::max(in_bytes, sum_bytes);
  return round_down(std::max(rows, std::int64_t{192}), tile_row_step(layer.dtype()));
}

/// The number of rows with which the threads end soonest: large tiles are efficient, but leave
/// threads idle at the end when they do not divide evenly.
std::int64_t rows_per_tile(const PackedProduct& layer, std::int64_t rows) {
  const std::int64_t threads = thread_count();
  const std::int64_t chunks = layer.chunk_count();
  const std::int64_t overhead = kTileOverhead / (2 * layer.in() * layer.chunk(0).columns);
  std::int64_t best = rows;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  const std::int64_t step = tile_row_step(layer.dtype());
  for (std::int64_t size = most_rows(layer); size >= kFewestRows; size -= step) {
    const std::int64_t tiles = (rows + size - 1) / size * chunks;
    const std::int64_t longest =
        (tiles + threads - 1) / threads * (std::min(size, rows) + overhead);
    if (longest < least) {
      least = longest;
      best = size;
    }
  }
  return std::min(best, rows);
}

std::size_t tile_bytes(const PackedProduct& layer) {
  return static_cast<std::size_t>(most_rows(layer) * layer.chunk(0).columns) * sizeof(float);
}

/// Where nothing but the bias is to be added to whole rows, oneDNN may as well store the result
/// itself.
TileTarget target_of(const PackedProduct& layer, const Values& out, const Epilogue& epilogue) {
  if (layer.chunk_count() > 1 || epilogue.accumulate ||
      epilogue.nonlinearity != Nonlinearity::kIdentity) {
    return {};
  }
  return {.dtype = out.dtype, .bias = true};
}

}  // namespace

std::size_t product_workspace_bytes(const PackedProduct& layer, std::int64_t rows) {
  const std::size_t threads = rows > 0 ? static_cast<std::size_t>(thread_count()) : 0;
  return threads * tile_bytes(layer);
}

void multiply(Executor& executor, const PackedProduct& layer, std::int64_t rows, const void* in,
              Values out, const Epilogue& epilogue, std::byte* workspace) {
  const std::int64_t chunks = layer.chunk_count();
  const std::int64_t tile_rows = rows_per_tile(layer, rows);
  const std::int64_t tiles = (rows + tile_rows - 1) / tile_rows;
  const TileTarget target = target_of(layer, out, epilogue);
  executor.prepare_tiles(layer, tile_rows, target);
  executor.prepare_tiles(layer, rows - (tiles - 1) * tile_rows, target);
  const ConstValues source(in, layer.dtype());

#pragma omp parallel for schedule(dynamic)
  for (std::int64_t task = 0; task < tiles * chunks; ++task) {
    const std::int64_t first = task / chunks * tile_rows;
    const std::int64_t count = std::min(tile_rows, rows - first);
    const PackedProduct::Chunk chunk = layer.chunk(task % chunks);
    const void* tile_in = source.offset_by(first * layer.in()).data;
    const Values tile_out = out.offset_by(first * layer.out() + chunk.first);
    if (target.bias) {
      executor.multiply_tile(layer, task % chunks, count, target, tile_in, tile_out.data);
      continue;
    }
    auto* sums = reinterpret_cast<float*>(
        workspace + static_cast<std::size_t>(omp_get_thread_num()) * tile_bytes(layer));
    executor.multiply_tile(layer, task % chunks, count, target, tile_in, sums);
    finish_tile({.product = sums,
                 .rows = count,
                 .columns = chunk.columns,
                 .bias = layer.bias() + chunk.first,
                 .out = tile_out,
                 .out_stride = layer.out()},
                epilogue);
  }
}

}  // namespace promptdepth::cpu
