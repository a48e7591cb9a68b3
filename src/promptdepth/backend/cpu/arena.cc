#include "promptdepth/backend/cpu/arena.h"

#include <algorithm>
#include <cstdint>

#include <sys/mman.h>

#include "promptdepth/base/error.h"

namespace promptdepth::cpu {
namespace {

constexpr std::size_t kLargestReservation = std::size_t{1} << 38;
constexpr std::size_t kSmallestReservation = std::size_t{1} << 28;
/// Pages are committed in steps of a huge page.
constexpr std::size_t kStep = std::size_t{1} << 21;

std::size_t round_up(std::size_t value, std::size_t step) {
  return (value + step - 1) / step * step;
}

}  // namespace

Arena::Arena() {
  // Addresses cost nothing until they are committed, but a process may be limited in them.
  for (reserved_ = kLargestReservation; reserved_ >= kSmallestReservation; reserved_ /= 2) {
    void* address =
        ::mmap(nullptr, reserved_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED) continue;
    base_ = static_cast<std::byte*>(address);
    holes_.reserve(64);
    holes_.push_back({0, reserved_});
    return;
  }
  fail(ErrorKind::kOutOfMemory, "expected {} bytes of free addresses for activations, found fewer",
       kSmallestReservation);
}

Arena::~Arena() { ::munmap(base_, reserved_); }

std::size_t Arena::rounded(std::size_t bytes) {
  return round_up(std::max(bytes, std::size_t{1}), kAlignment);
}

std::byte* Arena::take(std::size_t bytes) {
  if (bytes > reserved_) {
    fail(ErrorKind::kOutOfMemory, "expected an activation of at most {} bytes, found {}", reserved_,
         bytes);
  }
  const std::size_t size = rounded(bytes);
  auto best = holes_.end();
  for (auto hole = holes_.begin(); hole != holes_.end(); ++hole) {
    const std::size_t length = hole->end - hole->begin;
    if (length < size) continue;
    if (best == holes_.end() || length < best->end - best->begin) best = hole;
  }
  if (best == holes_.end()) {
    fail(ErrorKind::kOutOfMemory, "expected activations of at most {} bytes together, found more",
         reserved_);
  }
  commit(best->begin + size);
  std::byte* block = base_ + best->begin;
  best->begin += size;
  if (best->begin == best->end) holes_.erase(best);
  return block;
}

void Arena::give_back(std::byte* block, std::size_t bytes) {
  const auto begin = static_cast<std::size_t>(block - base_);
  const std::size_t end = begin + rounded(bytes);
  auto next = std::find_if(holes_.begin(), holes_.end(),
                           [&](const Hole& hole) { return hole.begin >= end; });
  const bool joins_next = next != holes_.end() && next->begin == end;
  const bool joins_previous = next != holes_.begin() && std::prev(next)->end == begin;
  if (joins_next && joins_previous) {
    std::prev(next)->end = next->end;
    holes_.erase(next);
  } else if (joins_next) {
    next->begin = begin;
  } else if (joins_previous) {
    std::prev(next)->end = end;
  } else {
    holes_.insert(next, {begin, end});
  }
}

void Arena::commit(std::size_t end) {
  if (end <= committed_) return;
  const std::size_t target = std::min(round_up(end, kStep), reserved_);
  std::byte* begin = base_ + committed_;
  const std::size_t length = target - committed_;
  if (::mprotect(begin, length, PROT_READ | PROT_WRITE) != 0) {
    fail(ErrorKind::kOutOfMemory, "expected {} more bytes for activations, found too little memory",
         length);
  }
  ::madvise(begin, length, MADV_HUGEPAGE);
  committed_ = target;
  ++growth_count_;
}

}  // namespace promptdepth::cpu
