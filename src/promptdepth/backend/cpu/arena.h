#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace promptdepth::cpu {

/// Memory for activations: one long reservation of addresses in which blocks are placed by best
/// fit and merged with their free neighbours when they are given back. Pages are taken from the
/// system as the used part grows, and kept. Since placement depends on nothing but the order of
/// calls, a program that repeats the same calls from an empty arena never grows it again.
class Arena {
 public:
  static constexpr std::size_t kAlignment = 64;

  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// At least `bytes` bytes, aligned to kAlignment. Throws Error(kOutOfMemory).
  std::byte* take(std::size_t bytes);
  void give_back(std::byte* block, std::size_t bytes);

  /// The most that was ever in use, holes between blocks included: what it holds of the system.
  std::size_t committed_bytes() const { return committed_; }
  /// How often committed_bytes() has grown.
  std::size_t growth_count() const { return growth_count_; }

 private:
  struct Hole {
    std::size_t begin;
    std::size_t end;
  };

  static std::size_t rounded(std::size_t bytes);
  void commit(std::size_t end);

  std::byte* base_ = nullptr;
  std::size_t reserved_ = 0;
  std::size_t committed_ = 0;
  std::size_t growth_count_ = 0;
  std::vector<Hole> holes_;  ///< Free parts in ascending order, never adjacent; the last is open.
};

}  // namespace promptdepth::cpu
