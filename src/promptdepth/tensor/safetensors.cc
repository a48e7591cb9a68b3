#include "promptdepth/tensor/safetensors.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/mapped_file.h"
#include "promptdepth/tensor/safetensors_header.h"
#include "promptdepth/tensor/tensor_in_place.h"

namespace promptdepth {
namespace {

class SafetensorsFile final : public WeightFile {
 public:
  /// `file` is null when somebody else owns the content.
  SafetensorsFile(std::shared_ptr<const MappedFile> file, std::span<const std::byte> content,
                  std::string description)
      : file_(std::move(file)), description_(std::move(description)) {
    SafetensorsHeader header = parse_safetensors_header(content, description_);
    metadata_ = std::move(header.metadata);
    for (SafetensorsEntry& entry : header.entries) {
      infos_.push_back(std::move(entry.info));
      data_.push_back(content.subspan(header.data_offset + entry.begin, entry.end - entry.begin));
    }
  }

  const std::vector<TensorInfo>& tensors() const override { return infos_; }
  const std::map<std::string, std::string>& metadata() const override { return metadata_; }
  std::string description() const override { return description_; }
  void read_ahead() const override {
    if (file_) file_->read_ahead();
  }

  HostTensor read(std::string_view name) const override {
    const std::size_t index = index_of(name);
    return tensor_in_place(file_, infos_[index], data_[index]);
  }

 private:
  std::shared_ptr<const MappedFile> file_;
  std::string description_;
  std::map<std::string, std::string> metadata_;
  std::vector<TensorInfo> infos_;
  std::vector<std::span<const std::byte>> data_;  ///< In the order of infos_.
};

/// What the file will hold. As the official writer has it, larger elements come first, so that
/// every tensor is aligned to its element.
std::vector<SafetensorsEntry> plan(const WeightFile& source, std::optional<DType> dtype) {
  std::vector<SafetensorsEntry> entries;
  for (TensorInfo info : source.tensors()) {
    if (dtype && is_floating(info.dtype)) info.dtype = *dtype;
    entries.push_back({std::move(info)});
  }
  std::ranges::stable_sort(entries, std::ranges::greater(),
                           [](const SafetensorsEntry& entry) { return size_of(entry.info.dtype); });
  std::uint64_t position = 0;
  for (SafetensorsEntry& entry : entries) {
    entry.begin = position;
    position += byte_count(entry.info.dtype, entry.info.shape);
    entry.end = position;
  }
  return entries;
}

void write_entry(std::ofstream& out, const WeightFile& source, const SafetensorsEntry& entry) {
  HostTensor tensor = source.read(entry.info.name);
  if (tensor.dtype() != entry.info.dtype) tensor = convert(tensor, entry.info.dtype);
  const std::span<const std::byte> bytes = tensor.bytes();
  PD_CHECK(bytes.size() == entry.end - entry.begin);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

std::unique_ptr<WeightFile> open_safetensors(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  return std::make_unique<SafetensorsFile>(file, file->bytes(), fmt::format("'{}'", path.string()));
}

std::unique_ptr<WeightFile> open_safetensors(std::span<const std::byte> content,
                                             std::string description) {
  return std::make_unique<SafetensorsFile>(nullptr, content, std::move(description));
}

void save_safetensors(const std::filesystem::path& path, const WeightFile& source,
                      std::optional<DType> dtype,
                      const std::map<std::string, std::string>& metadata) {
  const std::vector<SafetensorsEntry> entries = plan(source, dtype);
  const std::string header = format_safetensors_header(entries, metadata);
  write_atomically(path, [&](const std::filesystem::path& temporary) {
    std::ofstream out(temporary, std::ios::binary);
    out.write(header.data(), static_cast<std::streamsize>(header.size()));
    for (const SafetensorsEntry& entry : entries) {
      if (!out) break;
      write_entry(out, source, entry);
    }
    out.close();
    if (!out) {
      fail(ErrorKind::kIo, "cannot write '{}': {}", path.string(), std::strerror(errno));
    }
  });
}

}  // namespace promptdepth
