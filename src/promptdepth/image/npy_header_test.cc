#include "promptdepth/image/npy_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An .npy file of version 1 from its dictionary and as many bytes of data.
std::string npy(const std::string& dictionary, std::size_t data_bytes) {
  return std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(dictionary.size() & 0xffU) +
         static_cast<char>(dictionary.size() >> 8U) + dictionary + std::string(data_bytes, '\0');
}

NpyHeader parse(const std::string& text) { return parse_npy_header(to_bytes(text), "the test"); }

std::string error_of_text(const std::string& text) {
  return error_of([&] { parse(text); });
}

std::string dictionary(const std::string& descr, const std::string& shape) {
  return "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + "}";
}

TEST(NpyHeader, ReadsWhatNumpyWrites) {
  const std::string text =
      npy("{'descr': '>u2', 'fortran_order': True, 'shape': (2, 3, 4), }          \n", 48);
  const NpyHeader header = parse(text);
  EXPECT_EQ(header.kind, 'u');
  EXPECT_EQ(header.item_size, 2U);
  EXPECT_TRUE(header.big_endian);
  EXPECT_TRUE(header.fortran_order);
  EXPECT_THAT(header.shape, ElementsAre(2, 3, 4));
  EXPECT_EQ(header.element_count, 24U);
  EXPECT_EQ(header.data_offset, text.size() - 48);
}

TEST(NpyHeader, TakesAnyOrderQuotesAndLongIntegers) {
  const NpyHeader header =
      parse(npy("{\"shape\":(3L,),\"descr\":\"|b1\",\"fortran_order\":False}", 3));
  EXPECT_EQ(header.kind, 'b');
  EXPECT_THAT(header.shape, ElementsAre(3));
}

TEST(NpyHeader, RefusesWhatIsNotANumberByItsName) {
  EXPECT_THAT(error_of_text(npy(dictionary("'|O'", "(1,)"), 8)), HasSubstr("'|O'"));
  EXPECT_THAT(error_of_text(npy(dictionary("'<c8'", "(1,)"), 8)), HasSubstr("'<c8'"));
  EXPECT_THAT(error_of_text(npy(dictionary("'<f3'", "(1,)"), 3)), HasSubstr("'<f3'"));
  EXPECT_THAT(error_of_text(npy(dictionary("''", "(1,)"), 3)), HasSubstr("''"));
  EXPECT_THAT(error_of_text(npy(dictionary("[('x', '<f4')]", "(1,)"), 4)), HasSubstr("a record"));
}

TEST(NpyHeader, RefusesShapesThatTheDataDoNotFill) {
  const auto error = [](const std::string& shape) {
    return error_of_text(npy(dictionary("'<f4'", shape), 4));
  };
  EXPECT_EQ(error("(1,)"), "no error");
  EXPECT_EQ(error("()"), "no error");
  EXPECT_THAT(error("(4611686018427387904, 4)"), HasSubstr("overflow"));
  EXPECT_THAT(error("(1000000000000,)"), HasSubstr("expected 1000000000000 elements"));
  EXPECT_THAT(error("(0,)"), HasSubstr("expected 0 elements"));
  EXPECT_THAT(error("(2,)"), HasSubstr("expected 2 elements"));
}

TEST(NpyHeader, RefusesMalformedDictionaries) {
  const auto error = [](const std::string& text) { return error_of_text(npy(text, 4)); };
  EXPECT_THAT(error(dictionary("'<f4'", "(-1,)")), HasSubstr("a dimension"));
  EXPECT_THAT(error(dictionary("'<f4'", "(99999999999999999999,)")), HasSubstr("a dimension"));
  EXPECT_THAT(error(dictionary("'<f4'", "(1,")), HasSubstr("a dimension"));
  EXPECT_THAT(error(dictionary("'<f4'", "(" + std::string(80, '1') + ")")),
              HasSubstr("a dimension"));
  std::string many = "(";
  for (int i = 0; i < 33; ++i) many += "1,";
  EXPECT_THAT(error(dictionary("'<f4'", many + ")")), HasSubstr("32 dimensions"));
  EXPECT_THAT(error("{'descr': '<f4'"), HasSubstr("'}'"));
  EXPECT_THAT(error("{'descr': '<f4}"), HasSubstr("closing quote"));
  EXPECT_THAT(error("{'fortran_order': Maybe}"), HasSubstr("True or False"));
  EXPECT_THAT(error("{'other': 1}"), HasSubstr("descr, fortran_order or shape"));
  EXPECT_THAT(error("{}"), HasSubstr("descr, fortran_order and shape"));
  EXPECT_THAT(error(""), HasSubstr("'{'"));
}

TEST(NpyHeader, RefusesOtherVersionsAndOverlongHeaders) {
  std::string text = npy(dictionary("'<f4'", "(1,)"), 4);
  text[6] = 4;
  EXPECT_THAT(error_of_text(text), HasSubstr("version 1 to 3"));
  text[6] = 1;
  text[9] = '\x7f';
  EXPECT_THAT(error_of_text(text), HasSubstr("expected an NPY header within"));
  EXPECT_THAT(error_of_text("\x93NUMPY"), HasSubstr("magic"));
  EXPECT_THAT(error_of_text(""), HasSubstr("magic"));
}

}  // namespace
}  // namespace promptdepth
