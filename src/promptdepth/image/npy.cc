#include "promptdepth/image/npy.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <memory>
#include <numeric>
#include <string>

#include <half.h>
#include <zip.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/mapped_file.h"
#include "promptdepth/image/npy_header.h"
#include "promptdepth/image/raster.h"

namespace promptdepth {
namespace {

static_assert(std::endian::native == std::endian::little);

/// The largest array that read_npy() takes, and its header.
constexpr std::uint64_t kMaxMemberBytes = kMaxPixels * sizeof(double) + (std::uint64_t{1} << 16);

template <typename T>
float to_float(T value) {
  return static_cast<float>(value);
}

template <typename T>
std::vector<float> convert(std::span<const std::byte> data, bool big_endian) {
  std::vector<float> values(data.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::byte item[sizeof(T)];
    std::memcpy(item, data.data() + i * sizeof(T), sizeof(T));
    if (big_endian) std::reverse(std::begin(item), std::end(item));
    T value;
    std::memcpy(&value, item, sizeof(T));
    values[i] = to_float(value);
  }
  return values;
}

std::vector<float> convert(const NpyHeader& header, std::span<const std::byte> data) {
  const bool swap = header.big_endian;
  switch (header.kind) {
    case 'f':
      if (header.item_size == 2) return convert<Imath::half>(data, swap);
      return header.item_size == 4 ? convert<float>(data, swap) : convert<double>(data, swap);
    case 'i':
      if (header.item_size == 1) return convert<std::int8_t>(data, swap);
      if (header.item_size == 2) return convert<std::int16_t>(data, swap);
      return header.item_size == 4 ? convert<std::int32_t>(data, swap)
                                   : convert<std::int64_t>(data, swap);
    default:  // 'u', and 'b', whose bytes are 0 or 1.
      if (header.item_size == 1) return convert<std::uint8_t>(data, swap);
      if (header.item_size == 2) return convert<std::uint16_t>(data, swap);
      return header.item_size == 4 ? convert<std::uint32_t>(data, swap)
                                   : convert<std::uint64_t>(data, swap);
  }
}

/// Column-major to row-major: walks the output in order and keeps the matching input offset.
std::vector<float> from_fortran_order(const std::vector<float>& values,
                                      const std::vector<std::int64_t>& shape) {
  const std::size_t rank = shape.size();
  std::vector<std::size_t> stride(rank, 1);
  for (std::size_t d = 1; d < rank; ++d) {
    stride[d] = stride[d - 1] * static_cast<std::size_t>(shape[d - 1]);
  }
  std::vector<std::size_t> index(rank, 0);
  std::vector<float> result(values.size());
  std::size_t offset = 0;
  for (float& value : result) {
    value = values[offset];
    for (std::size_t d = rank; d-- > 0;) {
      offset += stride[d];
      if (++index[d] < static_cast<std::size_t>(shape[d])) break;
      offset -= stride[d] * index[d];
      index[d] = 0;
    }
  }
  return result;
}

using ArchiveHandle = std::unique_ptr<zip_t, decltype(&zip_discard)>;

ArchiveHandle open_archive(std::span<const std::byte> bytes, std::string_view where) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == nullptr) {
    zip_source_free(source);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    fail(ErrorKind::kInvalidData, "expected an NPZ archive in {}, found {} bytes: {}", where,
         bytes.size(), reason);
  }
  zip_error_fini(&error);
  return {archive, zip_discard};
}

zip_uint64_t find_member(zip_t* archive, std::string_view key, std::string_view where) {
  const std::string wanted(key);
  for (const std::string& name : {wanted + ".npy", wanted}) {
    const zip_int64_t index = zip_name_locate(archive, name.c_str(), 0);
    if (index >= 0) return static_cast<zip_uint64_t>(index);
  }
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  if (count != 1) {
    fail(ErrorKind::kInvalidData, "expected an array '{}' or a single one in {}, found {} arrays",
         key, where, count);
  }
  return 0;
}

/// Uncompressed bytes of one member; its announced size is bounded by what deflate can expand an
/// archive of so many bytes to (1032:1) before memory is taken.
std::vector<std::byte> read_member(zip_t* archive, zip_uint64_t index, std::size_t archive_bytes,
                                   std::string_view where) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
  const bool known =
      zip_stat_index(archive, index, 0, &stat) == 0 && (stat.valid & kNeeded) == kNeeded;
  if (!known || stat.size > kMaxMemberBytes || stat.comp_size > archive_bytes ||
      stat.size / 1032 > stat.comp_size) {
    fail(ErrorKind::kInvalidData, "expected an array of at most {} bytes in {}, found {} from {}",
         kMaxMemberBytes, where, known ? stat.size : 0, known ? stat.comp_size : 0);
  }
  std::vector<std::byte> content(stat.size);
  const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(zip_fopen_index(archive, index, 0),
                                                                zip_fclose);
  if (!file ||
      zip_fread(file.get(), content.data(), stat.size) != static_cast<zip_int64_t>(stat.size)) {
    fail(ErrorKind::kInvalidData, "cannot decompress the array in {}: {}", where,
         file ? zip_file_strerror(file.get()) : zip_strerror(archive));
  }
  return content;
}

std::string quoted(const std::filesystem::path& path) { return fmt::format("'{}'", path.string()); }

}  // namespace

NpyArray read_npy(std::span<const std::byte> bytes, std::string_view where) {
  NpyHeader header = parse_npy_header(bytes, where);
  if (header.element_count > kMaxPixels) {
    fail(ErrorKind::kInvalidData, "expected an array of at most {} elements in {}, found {}",
         kMaxPixels, where, header.element_count);
  }
  NpyArray array;
  array.values = convert(header, bytes.subspan(header.data_offset));
  if (header.fortran_order && header.shape.size() > 1) {
    array.values = from_fortran_order(array.values, header.shape);
  }
  array.shape = std::move(header.shape);
  array.is_integer = header.kind != 'f';
  return array;
}

NpyArray read_npy(const std::filesystem::path& path) {
  return read_npy(MappedFile::open(path)->bytes(), quoted(path));
}

NpyArray read_npz(std::span<const std::byte> bytes, std::string_view key, std::string_view where) {
  const ArchiveHandle archive = open_archive(bytes, where);
  const zip_uint64_t index = find_member(archive.get(), key, where);
  return read_npy(read_member(archive.get(), index, bytes.size(), where), where);
}

NpyArray read_npz(const std::filesystem::path& path, std::string_view key) {
  return read_npz(MappedFile::open(path)->bytes(), key, quoted(path));
}

std::vector<std::byte> encode_npy(std::span<const std::int64_t> shape,
                                  std::span<const float> values) {
  const std::int64_t count =
      std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  PD_CHECK(count == static_cast<std::int64_t>(values.size()));
  std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (const std::int64_t size : shape) text += fmt::format("{}, ", size);
  text += "), }";
  // The data begins at a multiple of 64, after the newline that ends the header.
  constexpr std::size_t kPrefixBytes = 10;
  text.append(63 - (kPrefixBytes + text.size()) % 64, ' ');
  text += '\n';
  PD_CHECK(text.size() <= 0xffff);
  std::string head{"\x93NUMPY\x01\x00", 8};
  head += static_cast<char>(text.size() & 0xffU);
  head += static_cast<char>(text.size() >> 8U);
  head += text;
  std::vector<std::byte> result(head.size() + values.size_bytes());
  std::memcpy(result.data(), head.data(), head.size());
  if (!values.empty()) std::memcpy(result.data() + head.size(), values.data(), values.size_bytes());
  return result;
}

void write_npy(const std::filesystem::path& path, const NpyArray& array) {
  write_file_atomically(path, encode_npy(array.shape, array.values));
}

}  // namespace promptdepth
