#include "promptdepth/tensor/pytorch_checkpoint.h"

#include <cstring>
#include <utility>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/base/mapped_file.h"
#include "promptdepth/tensor/in_quotes.h"
#include "promptdepth/tensor/pickle.h"
#include "promptdepth/tensor/pytorch_state_dict.h"
#include "promptdepth/tensor/strided.h"
#include "promptdepth/tensor/tensor_in_place.h"
#include "promptdepth/tensor/zip_archive.h"

namespace promptdepth {
namespace {

/// What the pickle, which holds everything but the tensors' elements, may take.
constexpr std::uint64_t kMaxPickleBytes = std::uint64_t{1} << 28;

/// What unpacking one storage of a compressed archive may take; stored archives need no such limit.
constexpr std::uint64_t kMaxUnpackedBytes = std::uint64_t{1} << 33;

/// The folder that everything lies in, with a slash: the only one that holds a data.pkl.
std::string_view find_folder(const ZipArchive& archive, std::string_view description) {
  constexpr std::string_view kPickle = "data.pkl";
  const ZipEntry* found = nullptr;
  for (const ZipEntry& entry : archive.entries()) {
    if (entry.name != kPickle && !entry.name.ends_with("/data.pkl")) continue;
    if (found != nullptr) {
      fail(ErrorKind::kInvalidData, "expected one file data.pkl in {}, found several", description);
    }
    found = &entry;
  }
  if (found == nullptr) {
    fail(ErrorKind::kInvalidData,
         "expected a PyTorch checkpoint in {}, found a zip archive without "
         "data.pkl",
         description);
  }
  return found->name.substr(0, found->name.size() - kPickle.size());
}

HostTensor rounded_to_floats(const TensorInfo& info, const std::byte* doubles) {
  std::vector<float> values(static_cast<std::size_t>(info.shape.element_count()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    double value = 0;
    std::memcpy(&value, doubles + i * sizeof value, sizeof value);
    values[i] = static_cast<float>(value);
  }
  return HostTensor::from_floats(info.shape, std::move(values));
}

/// A contiguous copy of the view whose first element is at `source`.
HostTensor gathered(const TensorInfo& info, const StoredTensor& stored, const std::byte* source) {
  const std::size_t element_bytes = size_of(stored.type);
  const auto count = static_cast<std::size_t>(info.shape.element_count());
  const std::shared_ptr<std::byte[]> dense(new std::byte[count * element_bytes]);
  if (count > 0) copy_strided(source, element_bytes, info.shape, stored.strides, dense.get());
  if (stored.type == StorageType::kF64) return rounded_to_floats(info, dense.get());
  return {info.dtype, info.shape, {dense, dense.get()}};
}

class PytorchCheckpoint final : public WeightFile {
 public:
  /// `file` is null when somebody else owns the content.
  PytorchCheckpoint(std::shared_ptr<const MappedFile> file, std::span<const std::byte> content,
                    std::string description)
      : file_(std::move(file)),
        description_(std::move(description)),
        archive_(content, description_),
        folder_(find_folder(archive_, description_)) {
    check_byte_order();
    const std::vector<std::byte> bytes = archive_.read(member("data.pkl"), kMaxPickleBytes);
    stored_ = find_tensors(parse_pickle(bytes, description_), description_);
    for (StoredTensor& tensor : stored_) {
      entries_.push_back(&storage_of(tensor));
      infos_.push_back(std::move(tensor.info));
      tensor.storage_key = {};  // It pointed into the pickle.
    }
  }

  const std::vector<TensorInfo>& tensors() const override { return infos_; }
  std::string description() const override { return description_; }

  void read_ahead() const override {
    if (file_) file_->read_ahead();
  }

  HostTensor read(std::string_view name) const override {
    const std::size_t index = index_of(name);
    const ZipEntry& entry = *entries_[index];
    return ZipArchive::is_stored(entry) ? read_stored(index, entry) : read_packed(index, entry);
  }

 private:
  const ZipEntry& member(const std::string& path) const {
    const ZipEntry* entry = archive_.find(std::string(folder_) + path);
    if (entry == nullptr) {
      fail(ErrorKind::kInvalidData, "expected a file {} in the checkpoint {}, found none",
           in_quotes(path), description_);
    }
    return *entry;
  }

  /// Checked to hold the elements that the pickle says; and no more where it must be unpacked,
  /// which takes memory.
  const ZipEntry& storage_of(const StoredTensor& tensor) const {
    const ZipEntry& entry = member("data/" + std::string(tensor.storage_key));
    const std::size_t element_bytes = size_of(tensor.type);
    const auto elements = static_cast<std::uint64_t>(tensor.storage_elements);
    const bool fits = entry.size / element_bytes >= elements;
    if (!fits || (!ZipArchive::is_stored(entry) && entry.size != elements * element_bytes)) {
      fail(ErrorKind::kInvalidData,
           "expected a storage of {} elements at tensor {} in {}, found {} bytes",
           tensor.storage_elements, in_quotes(tensor.info.name), description_, entry.size);
    }
    return entry;
  }

  /// Files before PyTorch 2.1 do not say; they are little-endian.
  void check_byte_order() const {
    const ZipEntry* entry = archive_.find(std::string(folder_) + "byteorder");
    if (entry == nullptr) return;
    const std::vector<std::byte> bytes = archive_.read(*entry, 64);
    const std::string_view order(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (order != "little") {
      fail(ErrorKind::kUnsupported,
           "expected a little-endian checkpoint in {}, found byte order {}", description_,
           in_quotes(order));
    }
  }

  HostTensor read_stored(std::size_t index, const ZipEntry& entry) const {
    const std::span<const std::byte> storage = archive_.stored_bytes(entry);
    if (lies_dense(index)) return tensor_in_place(file_, infos_[index], view_in(storage, index));
    HostTensor tensor = gathered(infos_[index], stored_[index], view_in(storage, index).data());
    if (file_ != nullptr) file_->discard(storage);
    return tensor;
  }

  HostTensor read_packed(std::size_t index, const ZipEntry& entry) const {
    const TensorInfo& info = infos_[index];
    const auto storage =
        std::make_shared<const std::vector<std::byte>>(archive_.read(entry, kMaxUnpackedBytes));
    const std::byte* view = view_in(*storage, index).data();
    if (lies_dense(index)) return {info.dtype, info.shape, {storage, view}};
    return gathered(info, stored_[index], view);
  }

  bool lies_dense(std::size_t index) const {
    const StoredTensor& stored = stored_[index];
    return stored.type != StorageType::kF64 && infos_[index].shape.element_count() > 0 &&
           is_row_major(infos_[index].shape, stored.strides);
  }

  /// The storage from the view's first element on; a dense view is cut to its last. find_tensors()
  /// has checked that a view of some elements lies inside the storage.
  std::span<const std::byte> view_in(std::span<const std::byte> storage, std::size_t index) const {
    if (infos_[index].shape.element_count() == 0) return storage.first(0);
    const auto offset = static_cast<std::size_t>(stored_[index].offset);
    const auto view = storage.subspan(offset * size_of(stored_[index].type));
    return lies_dense(index) ? view.first(byte_count(infos_[index].dtype, infos_[index].shape))
                             : view;
  }

  std::shared_ptr<const MappedFile> file_;
  std::string description_;
  ZipArchive archive_;
  std::string_view folder_;  ///< Points into the archive.
  std::vector<TensorInfo> infos_;
  std::vector<StoredTensor> stored_;      ///< Of infos_; their names have moved there.
  std::vector<const ZipEntry*> entries_;  ///< Of infos_: where the storages are.
};

}  // namespace

std::unique_ptr<WeightFile> open_pytorch_checkpoint(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  return std::make_unique<PytorchCheckpoint>(file, file->bytes(),
                                             fmt::format("'{}'", path.string()));
}

std::unique_ptr<WeightFile> open_pytorch_checkpoint(std::span<const std::byte> content,
                                                    std::string description) {
  return std::make_unique<PytorchCheckpoint>(nullptr, content, std::move(description));
}

}  // namespace promptdepth
