#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zip.h>

namespace promptdepth::testing {

/// Writes pickles opcode by opcode as Python's pickler does at protocol 2: repeated text and
/// globals come from the memo.
class PickleWriter {
 public:
  PickleWriter& op(std::string_view opcodes) {
    bytes_ += opcodes;
    return *this;
  }

  PickleWriter& text(const std::string& value) {
    return memoised("text " + value, 'X' + number<std::uint32_t>(value.size()) + value);
  }

  PickleWriter& integer(std::int64_t value) {
    if (value >= INT32_MIN && value <= INT32_MAX) return op('J' + number<std::int32_t>(value));
    return op(std::string("\x8a\x08") + number<std::int64_t>(value));
  }

  PickleWriter& global(const std::string& module_name, const std::string& name) {
    const std::string line = module_name + "\n" + name + "\n";
    return memoised("global " + line, 'c' + line);
  }

  PickleWriter& integers(const std::vector<std::int64_t>& values) {
    op("(");
    for (const std::int64_t value : values) integer(value);
    return op("t");
  }

  PickleWriter& ordered_dict() { return global("collections", "OrderedDict").op(")R"); }

  std::string stop() const { return "\x80\x02" + bytes_ + "."; }

 private:
  template <typename T, typename Value>
  static std::string number(Value value) {
    const T typed = static_cast<T>(value);
    std::string bytes(sizeof(T), '\0');
    std::memcpy(bytes.data(), &typed, sizeof(T));
    return bytes;
  }

  PickleWriter& memoised(const std::string& key, const std::string& opcodes) {
    const auto known = memo_.find(key);
    if (known != memo_.end()) return op('j' + number<std::uint32_t>(known->second));
    const std::size_t index = memo_.size();
    memo_[key] = index;
    return op(opcodes).op('r' + number<std::uint32_t>(index));
  }

  std::string bytes_;
  std::map<std::string, std::size_t> memo_;
};

/// A tensor as torch.save describes it.
struct TensorRecord {
  std::string name;
  std::string storage_class = "FloatStorage";
  std::string key = "0";
  std::int64_t storage_elements = 0;
  std::int64_t offset = 0;
  std::vector<std::int64_t> extents = {};
  std::vector<std::int64_t> strides = {};
  bool parameter = false;
};

inline void write_tensor(PickleWriter& out, const TensorRecord& tensor) {
  if (tensor.parameter) out.global("torch._utils", "_rebuild_parameter").op("(");
  out.global("torch._utils", "_rebuild_tensor_v2").op("((").text("storage");
  out.global("torch", tensor.storage_class).text(tensor.key).text("cpu");
  out.integer(tensor.storage_elements).op("tQ").integer(tensor.offset);
  out.integers(tensor.extents).integers(tensor.strides).op("\x89").ordered_dict().op("tR");
  if (tensor.parameter) out.op("\x88").ordered_dict().op("tR");
}

/// An OrderedDict with the attribute _metadata, as Module.state_dict() returns.
inline void write_state_dict(PickleWriter& out, const std::vector<TensorRecord>& tensors) {
  out.ordered_dict().op("(");
  for (const TensorRecord& tensor : tensors) {
    out.text(tensor.name);
    write_tensor(out, tensor);
  }
  out.op("u}").text("_metadata").ordered_dict().op("sb");
}

inline std::string flat_pickle(const std::vector<TensorRecord>& tensors) {
  PickleWriter out;
  write_state_dict(out, tensors);
  return out.stop();
}

/// What a Lightning trainer saves: the state dict among counters and objects of classes that only
/// its program knows.
inline std::string lightning_pickle(const std::vector<TensorRecord>& tensors) {
  PickleWriter out;
  out.op("}(").text("epoch").integer(7).text("pytorch-lightning_version").text("2.1.0");
  out.text("hyper_parameters").global("argparse", "Namespace").op(")\x81}");
  out.text("path").global("pathlib", "PosixPath").op("(").text("/").text("data").op("tRsb");
  out.text("state_dict");
  write_state_dict(out, tensors);
  out.text("callbacks").op("]").integer(1).op("a").text("lr_schedulers").op("]u");
  return out.stop();
}

/// `content` of little-endian numbers as a file's bytes.
template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

using ZipFiles = std::vector<std::pair<std::string, std::string>>;

/// Writes an archive with libzip: stored, as torch.save does, or deflated.
inline void write_zip(const std::filesystem::path& path, const ZipFiles& files,
                      bool deflated = false) {
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  if (archive == nullptr) throw std::runtime_error("cannot create " + path.string());
  for (const auto& [name, content] : files) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    const auto index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    const int method = deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE;
    if (index < 0 ||
        zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), method, 0) != 0) {
      throw std::runtime_error("cannot add " + name);
    }
  }
  if (zip_close(archive) != 0) throw std::runtime_error("cannot write " + path.string());
}

/// A checkpoint of these storages, the first called "0".
inline ZipFiles checkpoint_files(const std::string& pickle,
                                 const std::vector<std::string>& storages) {
  ZipFiles files = {{"archive/data.pkl", pickle}, {"archive/byteorder", "little"}};
  for (std::size_t i = 0; i < storages.size(); ++i) {
    files.emplace_back("archive/data/" + std::to_string(i), storages[i]);
  }
  files.emplace_back("archive/version", "3\n");
  return files;
}

}  // namespace promptdepth::testing
