#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace promptdepth {

/// What the header of an .npy file says about the bytes that follow it.
struct NpyHeader {
  char kind = 'f';            ///< NumPy's letter: 'f' float, 'i' signed, 'u' unsigned, 'b' boolean.
  std::size_t item_size = 4;  ///< Bytes per element.
  bool big_endian = false;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
  std::size_t element_count = 0;  ///< The product of `shape`.
  std::size_t data_offset = 0;    ///< Where the elements begin.
};

/// Parses magic, version and the Python dictionary literal of the header; checks that exactly the
/// elements it announces follow. Errors as read_npy().
NpyHeader parse_npy_header(std::span<const std::byte> bytes, std::string_view where);

}  // namespace promptdepth
