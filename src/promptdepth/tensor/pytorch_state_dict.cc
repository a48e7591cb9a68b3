#include "promptdepth/tensor/pytorch_state_dict.h"

#include <algorithm>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/checked_shape.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {
namespace {

using Kind = PickleValue::Kind;

constexpr std::size_t kMaxNameBytes = 1024;

/// Far more than any model has.
constexpr std::size_t kMaxTensors = 65536;

struct StorageClass {
  std::string_view name;
  StorageType type;
};

constexpr StorageClass kStorageClasses[] = {
    {"FloatStorage", StorageType::kF32},     {"HalfStorage", StorageType::kF16},
    {"BFloat16Storage", StorageType::kBF16}, {"DoubleStorage", StorageType::kF64},
    {"ByteStorage", StorageType::kU8},       {"BoolStorage", StorageType::kBool},
    {"IntStorage", StorageType::kI32},       {"LongStorage", StorageType::kI64},
};

/// Turns the objects of a state dict into tensors.
class TensorReader {
 public:
  TensorReader(const Pickle& pickle, std::string_view description)
      : pickle_(pickle), description_(description) {}

  /// Of a kObject under the key `name`.
  StoredTensor read(std::string_view name, const PickleValue& object) {
    name_ = name;
    // Shared text costs a pickle two bytes wherever it is repeated; here it is copied.
    if (name.size() > kMaxNameBytes) damaged("a name of at most 1024 bytes");
    // torch._utils._rebuild_parameter(data, requires_grad, backward_hooks)
    if (is_call_of(object, "_rebuild_parameter", 3)) return tensor(argument(object, 0));
    return tensor(object);
  }

 private:
  /// torch._utils._rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad,
  /// backward_hooks, metadata = None)
  StoredTensor tensor(const PickleValue& object) const {
    if (!is_call_of(object, "_rebuild_tensor_v2", 6)) refuse(object);
    StoredTensor tensor;
    read_storage(argument(object, 0), tensor);
    tensor.offset = integer(argument(object, 1));
    const std::vector<std::int64_t> extents = sizes(argument(object, 2));
    tensor.strides = sizes(argument(object, 3));
    if (extents.size() != tensor.strides.size()) damaged("as many strides as extents");
    tensor.info = {std::string(name_), dtype_of(tensor.type),
                   checked_shape(extents, name_, description_)};
    check_extent(tensor);
    return tensor;
  }

  /// ('storage', torch.FloatStorage, key, location, number of elements)
  void read_storage(const PickleValue& value, StoredTensor& tensor) const {
    if (value.kind != Kind::kPersistent) damaged("a storage");
    const PickleValue& id = pickle_[value.items[0]];
    if (id.kind != Kind::kTuple || id.items.size() != 5 || text(item(id, 0)) != "storage") {
      damaged("a storage's description");
    }
    tensor.type = storage_type(item(id, 1));
    tensor.storage_key = text(item(id, 2));
    tensor.storage_elements = integer(item(id, 4));
  }

  StorageType storage_type(const PickleValue& value) const {
    for (const StorageClass& known : kStorageClasses) {
      if (pickle_.is_global(value, "torch", known.name)) return known.type;
    }
    fail(
        ErrorKind::kUnsupported,
        "expected a storage of float, half, bfloat16, double, byte, bool, int or long at tensor {} "
        "in {}, found {}",
        in_quotes(name_), description_, pickle_.describe(value));
  }

  /// The furthest element of the view must lie inside the storage, and the view must not repeat
  /// elements so often that it takes more memory than the storage does.
  void check_extent(const StoredTensor& tensor) const {
    const Shape& shape = tensor.info.shape;
    if (checked_byte_count(tensor.info, description_) == 0) return;
    std::int64_t last = tensor.offset;
    bool overflow = false;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      std::int64_t span = 0;
      overflow |= __builtin_mul_overflow(shape[axis] - 1, tensor.strides[axis], &span);
      overflow |= __builtin_add_overflow(last, span, &last);
    }
    if (overflow || last >= tensor.storage_elements ||
        shape.element_count() > tensor.storage_elements) {
      damaged(fmt::format("a view of shape {} inside {} elements", shape.to_string(),
                          tensor.storage_elements));
    }
  }

  bool is_call_of(const PickleValue& value, std::string_view function,
                  std::size_t min_arguments) const {
    return value.kind == Kind::kObject &&
           pickle_.is_global(item(value, 0), "torch._utils", function) &&
           item(value, 1).kind == Kind::kTuple && item(value, 1).items.size() >= min_arguments;
  }

  const PickleValue& item(const PickleValue& value, std::size_t index) const {
    return pickle_[value.items[index]];
  }

  const PickleValue& argument(const PickleValue& object, std::size_t index) const {
    return item(item(object, 1), index);
  }

  std::string_view text(const PickleValue& value) const {
    if (value.kind != Kind::kText) damaged("text in a storage's description");
    return value.text;
  }

  /// All integers that describe a tensor are sizes.
  std::int64_t integer(const PickleValue& value) const {
    if (value.kind != Kind::kInt || value.integer < 0) damaged("sizes of at least 0");
    return value.integer;
  }

  std::vector<std::int64_t> sizes(const PickleValue& value) const {
    if (value.kind != Kind::kTuple || value.items.size() > Shape::kMaxRank) {
      damaged(fmt::format("a tuple of at most {} sizes", Shape::kMaxRank));
    }
    std::vector<std::int64_t> result;
    for (const PickleRef ref : value.items) result.push_back(integer(pickle_[ref]));
    return result;
  }

  [[noreturn]] void damaged(std::string_view expected) const {
    fail(ErrorKind::kInvalidData, "expected {} at tensor {} in {}", expected, in_quotes(name_),
         description_);
  }

  [[noreturn]] void refuse(const PickleValue& value) const {
    fail(ErrorKind::kUnsupported, "expected a tensor under the key {} in {}, refused {}",
         in_quotes(name_), description_, pickle_.describe(value));
  }

  const Pickle& pickle_;
  std::string_view description_;
  std::string_view name_;
};

const PickleValue& state_dict_of(const Pickle& pickle, std::string_view description) {
  const PickleValue& root = pickle.root();
  if (root.kind != Kind::kDict) {
    fail(ErrorKind::kUnsupported, "expected a dict of tensors in {}, found {}", description,
         pickle.describe(root));
  }
  for (const std::string_view key : {"state_dict", "model"}) {
    const PickleValue* inner = pickle.find(root, key);
    if (inner != nullptr && inner->kind == Kind::kDict) return *inner;
  }
  return root;
}

/// What a state dict holds under a key. Names point into the pickle.
struct NamedObject {
  std::string_view name;
  const PickleValue* object = nullptr;
};

/// The objects of a state dict in ascending order of their names, which are unique. Names are
/// looked at where they lie: a million entries of a small pickle may share one.
std::vector<NamedObject> objects_of(const Pickle& pickle, const PickleValue& state_dict,
                                    std::string_view description) {
  std::vector<NamedObject> objects;
  for (std::size_t i = 0; i + 1 < state_dict.items.size(); i += 2) {
    const PickleValue& key = pickle[state_dict.items[i]];
    const PickleValue& value = pickle[state_dict.items[i + 1]];
    if (key.kind == Kind::kText && value.kind == Kind::kObject)
      objects.push_back({key.text, &value});
  }
  if (objects.size() > kMaxTensors) {
    fail(ErrorKind::kInvalidData, "expected at most {} tensors in {}, found {}", kMaxTensors,
         description, objects.size());
  }
  std::ranges::sort(objects, {}, &NamedObject::name);
  const auto repeated = std::ranges::adjacent_find(objects, {}, &NamedObject::name);
  if (repeated != objects.end()) {
    fail(ErrorKind::kInvalidData, "expected tensors of different names in {}, found {} twice",
         description, in_quotes(repeated->name));
  }
  return objects;
}

}  // namespace

std::size_t size_of(StorageType type) {
  return type == StorageType::kF64 ? 8 : size_of(dtype_of(type));
}

DType dtype_of(StorageType type) {
  switch (type) {
    case StorageType::kF16:
      return DType::kF16;
    case StorageType::kBF16:
      return DType::kBF16;
    case StorageType::kU8:
    case StorageType::kBool:
      return DType::kU8;
    case StorageType::kI32:
      return DType::kI32;
    case StorageType::kI64:
      return DType::kI64;
    case StorageType::kF32:
    case StorageType::kF64:
      break;
  }
  return DType::kF32;
}

std::vector<StoredTensor> find_tensors(const Pickle& pickle, std::string_view description) {
  TensorReader reader(pickle, description);
  std::vector<StoredTensor> tensors;
  for (const NamedObject& entry :
       objects_of(pickle, state_dict_of(pickle, description), description)) {
    tensors.push_back(reader.read(entry.name, *entry.object));
  }
  if (tensors.empty()) {
    fail(ErrorKind::kInvalidData, "expected tensors in {}, found none", description);
  }
  return tensors;
}

}  // namespace promptdepth
