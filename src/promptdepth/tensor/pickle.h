#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace promptdepth {

/// Names a value of a Pickle.
enum class PickleRef : std::uint32_t {};

/// One value of a pickle. Text points into the pickle's bytes.
struct PickleValue {
  enum class Kind : std::uint8_t {
    kNone,
    kBool,        ///< integer: 0 or 1.
    kInt,         ///< integer.
    kLong,        ///< An integer beyond 64 bits; its value is not kept.
    kFloat,       ///< real.
    kText,        ///< text, UTF-8.
    kBytes,       ///< text.
    kTuple,       ///< items.
    kList,        ///< items; also sets.
    kDict,        ///< items: key, value, key, value ...; also collections.OrderedDict.
    kGlobal,      ///< A class or function: `text` is its module, items[0] (kText) its name.
    kPersistent,  ///< Something outside the pickle; items[0] is its identification.
    kObject,      ///< What calling items[0] with items[1] would give, were anything called.
  };

  Kind kind = Kind::kNone;
  union {
    std::int64_t integer = 0;
    double real;
  };
  std::string_view text;
  std::vector<PickleRef> items;
};

/// The content of a Python pickle as plain values. Values may be shared and lists and dicts may
/// contain themselves, as in Python: walk them with a bound on the depth.
class Pickle {
 public:
  const PickleValue& operator[](PickleRef ref) const {
    return values_[static_cast<std::size_t>(ref)];
  }
  const PickleValue& root() const { return (*this)[root_]; }

  /// The value of a text key of a dict; of several the last, as in Python. nullptr when there is
  /// none or `dict` is no dict.
  const PickleValue* find(const PickleValue& dict, std::string_view key) const;

  bool is_global(const PickleValue& value, std::string_view module_name,
                 std::string_view name) const;

  /// For messages: 'torch._utils._rebuild_tensor_v2' for a kGlobal and for an object of it, else
  /// what kind of value it is.
  std::string describe(const PickleValue& value) const;

 private:
  friend class PickleParser;
  std::deque<PickleValue> values_;
  PickleRef root_{};
};

/// Reads the opcodes of protocols 2 to 5 that build plain values. A pickle is data here: nothing is
/// imported or called. Calling a function, making an object or setting its state gives a kObject
/// that remembers what would have been called, except that collections.OrderedDict() is an empty
/// dict and LibTorch's restore_type_tag(value, type) is the value; what is put into an object is
/// dropped. Throws Error(kInvalidData) when the pickle is
/// damaged or takes more than two million opcodes, Error(kUnsupported) for other opcodes.
/// `content` must outlive the result; `description` is for messages.
Pickle parse_pickle(std::span<const std::byte> content, std::string_view description);

}  // namespace promptdepth
