#include "promptdepth/tensor/pickle.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {

using Kind = PickleValue::Kind;

/// The stack machine of Python's pickletools.py, without the opcodes that act. Every opcode pushes,
/// stores or marks at most one value, so a bound on their number bounds all memory.
class PickleParser {
 public:
  PickleParser(std::span<const std::byte> content, std::string_view description)
      : content_(content), description_(description) {}

  Pickle parse() {
    for (int count = 0; count < kMaxOpcodes; ++count) {
      opcode_position_ = position_;
      const char opcode = static_cast<char>(take(1)[0]);
      if (opcode == '.') {
        pickle_.root_ = pop();
        return std::move(pickle_);
      }
      if (!constant(opcode) && !container(opcode) && !memory(opcode) && !object(opcode)) {
        refuse_opcode(opcode);
      }
    }
    damaged("more than two million opcodes");
  }

 private:
  static constexpr int kMaxOpcodes = 1 << 21;

  // --- The groups of opcodes. Each returns false for an opcode of another group.

  bool constant(char opcode) {
    switch (opcode) {
      case 'N':  // NONE
        return push(Kind::kNone);
      case '\x88':  // NEWTRUE
      case '\x89':  // NEWFALSE
        return push_integer(Kind::kBool, opcode == '\x88' ? 1 : 0);
      case 'J':  // BININT
        return push_long(take(4));
      case 'K':  // BININT1
        return push_integer(Kind::kInt, unsigned_integer(1));
      case 'M':  // BININT2
        return push_integer(Kind::kInt, unsigned_integer(2));
      case '\x8a':  // LONG1
        return push_long(take(unsigned_integer(1)));
      case '\x8b':  // LONG4
        return push_long(take(unsigned_integer(4)));
      case 'G':  // BINFLOAT
        return push_float();
      case '\x8c':  // SHORT_BINUNICODE
        return push_text(Kind::kText, 1);
      case 'X':  // BINUNICODE
        return push_text(Kind::kText, 4);
      case '\x8d':  // BINUNICODE8
        return push_text(Kind::kText, 8);
      case 'U':  // SHORT_BINSTRING
      case 'C':  // SHORT_BINBYTES
        return push_text(Kind::kBytes, 1);
      case 'T':  // BINSTRING
      case 'B':  // BINBYTES
        return push_text(Kind::kBytes, 4);
      case '\x8e':  // BINBYTES8
      case '\x96':  // BYTEARRAY8
        return push_text(Kind::kBytes, 8);
      default:
        return false;
    }
  }

  bool container(char opcode) {
    switch (opcode) {
      case ')':  // EMPTY_TUPLE
        return push(Kind::kTuple);
      case ']':     // EMPTY_LIST
      case '\x8f':  // EMPTY_SET
        return push(Kind::kList);
      case '}':  // EMPTY_DICT
        return push(Kind::kDict);
      case '(':  // MARK
        marks_.push_back(stack_.size());
        return true;
      case 't':     // TUPLE
      case '\x91':  // FROZENSET
        return push_items(opcode == 't' ? Kind::kTuple : Kind::kList, pop_to_mark());
      case '\x85':  // TUPLE1
        return push_items(Kind::kTuple, pop(1));
      case '\x86':  // TUPLE2
        return push_items(Kind::kTuple, pop(2));
      case '\x87':  // TUPLE3
        return push_items(Kind::kTuple, pop(3));
      case 'a':  // APPEND
        return extend(Kind::kList, pop(1));
      case 'e':     // APPENDS
      case '\x90':  // ADDITEMS
        return extend(Kind::kList, pop_to_mark());
      case 's':  // SETITEM
        return extend(Kind::kDict, pop(2));
      case 'u':  // SETITEMS
        return extend(Kind::kDict, pop_to_mark());
      default:
        return false;
    }
  }

  /// Memo, stack and framing.
  bool memory(char opcode) {
    switch (opcode) {
      case 'q':  // BINPUT
        memo_[unsigned_integer(1)] = top();
        return true;
      case 'r':  // LONG_BINPUT
        memo_[unsigned_integer(4)] = top();
        return true;
      case '\x94':  // MEMOIZE
        memo_[memo_.size()] = top();
        return true;
      case 'h':  // BINGET
        return recall(unsigned_integer(1));
      case 'j':  // LONG_BINGET
        return recall(unsigned_integer(4));
      case '0':  // POP
        return pop_mark_or_value();
      case '1':  // POP_MARK
        pop_to_mark();
        return true;
      case '2':  // DUP
        stack_.push_back(top());
        return true;
      case '\x80':  // PROTO
        return check_protocol(unsigned_integer(1));
      case '\x95':  // FRAME: its length is that of a buffer in Python's reader, no boundary
        take(8);
        return true;
      default:
        return false;
    }
  }

  bool object(char opcode) {
    switch (opcode) {
      case 'c':  // GLOBAL
        return push_global_lines();
      case '\x93':  // STACK_GLOBAL
        return push_global(pop(2));
      case 'Q':  // BINPERSID
        return push_items(Kind::kPersistent, pop(1));
      case 'R':     // REDUCE
      case '\x81':  // NEWOBJ
        return push_object(pop(2));
      case '\x92':  // NEWOBJ_EX: class, arguments, keyword arguments
        return push_object(pop(3));
      case 'b':  // BUILD: attributes of an object, none of which a tensor needs
        pop();
        static_cast<void>(top());
        return true;
      default:
        return false;
    }
  }

  // --- Pushing.

  PickleValue& add(Kind kind) {
    stack_.push_back(static_cast<PickleRef>(pickle_.values_.size()));
    pickle_.values_.emplace_back().kind = kind;
    return pickle_.values_.back();
  }

  bool push(Kind kind) {
    add(kind);
    return true;
  }

  bool push_integer(Kind kind, std::uint64_t value) {
    add(kind).integer = static_cast<std::int64_t>(value);
    return true;
  }

  /// A little-endian integer in two's complement.
  bool push_long(std::span<const std::byte> bytes) {
    if (bytes.size() > sizeof(std::int64_t)) return push(Kind::kLong);
    const bool negative = !bytes.empty() && std::to_integer<int>(bytes.back()) >= 0x80;
    std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), bytes.size());
    return push_integer(Kind::kInt, value);
  }

  /// The only big-endian field of the format.
  bool push_float() {
    std::uint64_t bits = 0;
    for (const std::byte byte : take(8)) bits = bits << 8 | std::to_integer<std::uint64_t>(byte);
    add(Kind::kFloat).real = std::bit_cast<double>(bits);
    return true;
  }

  bool push_text(Kind kind, std::size_t length_bytes) {
    const auto bytes = take(unsigned_integer(length_bytes));
    add(kind).text = text_of(bytes);
    return true;
  }

  bool push_items(Kind kind, std::vector<PickleRef> items) {
    add(kind).items = std::move(items);
    return true;
  }

  /// The names of the module and of what is in it, a line each.
  bool push_global_lines() {
    for (int i = 0; i < 2; ++i) {
      const std::string_view name = line();
      add(Kind::kText).text = name;
    }
    return push_global(pop(2));
  }

  bool push_global(const std::vector<PickleRef>& module_and_name) {
    const PickleValue& module_name = pickle_[module_and_name[0]];
    if (module_name.kind != Kind::kText || pickle_[module_and_name[1]].kind != Kind::kText) {
      damaged("a global whose name is no text");
    }
    PickleValue& global = add(Kind::kGlobal);
    global.text = module_name.text;
    global.items = {module_and_name[1]};
    return true;
  }

  /// Two functions of which it is known what they give: collections.OrderedDict() and LibTorch's
  /// restore_type_tag(value, type), which is the value.
  bool push_object(std::vector<PickleRef> parts) {
    const PickleValue& callee = pickle_[parts[0]];
    const PickleValue& arguments = pickle_[parts[1]];
    const std::size_t count = arguments.kind == Kind::kTuple ? arguments.items.size() : ~0U;
    if (count == 0 && pickle_.is_global(callee, "collections", "OrderedDict")) {
      return push(Kind::kDict);
    }
    if (count == 2 && pickle_.is_global(callee, "torch.jit._pickle", "restore_type_tag")) {
      stack_.push_back(arguments.items[0]);
      return true;
    }
    return push_items(Kind::kObject, std::move(parts));
  }

  bool recall(std::uint64_t index) {
    const auto found = memo_.find(index);
    if (found == memo_.end()) damaged("a reference to nothing");
    stack_.push_back(found->second);
    return true;
  }

  // --- Popping.

  /// The stack above the last mark belongs to a container that is being built.
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  PickleRef top() const {
    if (stack_.size() <= floor()) damaged("too few values");
    return stack_.back();
  }

  PickleRef pop() {
    const PickleRef ref = top();
    stack_.pop_back();
    return ref;
  }

  std::vector<PickleRef> pop(std::size_t count) {
    if (stack_.size() - floor() < count) damaged("too few values");
    std::vector<PickleRef> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return items;
  }

  std::vector<PickleRef> pop_to_mark() {
    if (marks_.empty()) damaged("a container without a beginning");
    std::vector<PickleRef> items = pop(stack_.size() - marks_.back());
    marks_.pop_back();
    return items;
  }

  bool pop_mark_or_value() {
    if (!marks_.empty() && marks_.back() == stack_.size()) {
      marks_.pop_back();
    } else {
      pop();
    }
    return true;
  }

  /// Adds to the list or dict at the top. Whatever an object holds is of no interest.
  bool extend(Kind kind, std::vector<PickleRef> items) {
    PickleValue& target = pickle_.values_[static_cast<std::size_t>(top())];
    if (target.kind == Kind::kObject) return true;
    if (target.kind != kind) damaged("values put into something that is no container");
    if (kind == Kind::kDict && items.size() % 2 != 0) damaged("a key without a value");
    target.items.insert(target.items.end(), items.begin(), items.end());
    return true;
  }

  // --- Reading bytes.

  std::span<const std::byte> take(std::uint64_t count) {
    if (count > content_.size() - position_) damaged("its end");
    const auto part = content_.subspan(position_, static_cast<std::size_t>(count));
    position_ += part.size();
    return part;
  }

  std::uint64_t unsigned_integer(std::size_t bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, take(bytes).data(), bytes);
    return value;
  }

  static std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  std::string_view line() {
    const std::string_view rest = text_of(content_.subspan(position_));
    const std::size_t length = rest.find('\n');
    if (length == std::string_view::npos) damaged("its end");
    position_ += length + 1;
    return rest.substr(0, length);
  }

  bool check_protocol(std::uint64_t version) const {
    if (version < 2 || version > 5) {
      fail(ErrorKind::kUnsupported, "expected a pickle of protocol 2 to 5 in {}, found {}",
           description_, version);
    }
    return true;
  }

  // --- Refusing.

  [[noreturn]] void damaged(std::string_view found) const {
    fail(ErrorKind::kInvalidData, "expected an intact pickle in {}, found {} at its byte {}",
         description_, found, opcode_position_);
  }

  [[noreturn]] void refuse_opcode(char opcode) const {
    static constexpr std::pair<char, std::string_view> kNames[] = {
        {'i', "INST"},    {'o', "OBJ"},     {'P', "PERSID"},         {'\x82', "EXT1"},
        {'\x83', "EXT2"}, {'\x84', "EXT4"}, {'\x97', "NEXT_BUFFER"}, {'\x98', "READONLY_BUFFER"}};
    const auto* known =
        std::ranges::find(kNames, opcode, &std::pair<char, std::string_view>::first);
    fail(ErrorKind::kUnsupported, "refused the pickle opcode {} (0x{:02x}) at byte {} of {}",
         known != std::end(kNames) ? known->second : "of another protocol",
         static_cast<unsigned char>(opcode), opcode_position_, description_);
  }

  std::span<const std::byte> content_;
  std::string_view description_;
  std::size_t position_ = 0;
  std::size_t opcode_position_ = 0;
  Pickle pickle_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;  ///< Heights of the stack, ascending.
  std::unordered_map<std::uint64_t, PickleRef> memo_;
};

const PickleValue* Pickle::find(const PickleValue& dict, std::string_view key) const {
  if (dict.kind != Kind::kDict) return nullptr;
  for (std::size_t i = dict.items.size(); i >= 2; i -= 2) {
    const PickleValue& candidate = (*this)[dict.items[i - 2]];
    if (candidate.kind == Kind::kText && candidate.text == key) return &(*this)[dict.items[i - 1]];
  }
  return nullptr;
}

bool Pickle::is_global(const PickleValue& value, std::string_view module_name,
                       std::string_view name) const {
  return value.kind == Kind::kGlobal && value.text == module_name &&
         (*this)[value.items[0]].text == name;
}

std::string Pickle::describe(const PickleValue& value) const {
  static constexpr std::string_view kKinds[] = {
      "None",    "a truth value", "a number",         "a long number", "a number",
      "text",    "bytes",         "a tuple",          "a list",        "a dict",
      "a class", "a storage",     "an unknown object"};
  const PickleValue& global = value.kind == Kind::kObject ? (*this)[value.items[0]] : value;
  if (global.kind != Kind::kGlobal)
    return std::string(kKinds[static_cast<std::size_t>(value.kind)]);
  // in_quotes() shows no more than 80 bytes; hostile names may have millions.
  return in_quotes(
      fmt::format("{}.{}", global.text.substr(0, 81), (*this)[global.items[0]].text.substr(0, 81)));
}

Pickle parse_pickle(std::span<const std::byte> content, std::string_view description) {
  return PickleParser(content, description).parse();
}

}  // namespace promptdepth
