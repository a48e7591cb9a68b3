#include "promptdepth/capture/csv.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(CsvTable, FindsValuesByTheNamesOfColumns) {
  const CsvTable table("id, fold ,x\r\n7,Training, 1.5\r\n\n8,Validation,-2e3\n", "t.csv");
  ASSERT_EQ(table.row_count(), 2U);
  EXPECT_EQ(table.text(0, "fold"), "Training");
  EXPECT_EQ(table.text(1, "id"), "8");
  EXPECT_EQ(table.number(0, "x"), 1.5);
  EXPECT_EQ(table.number(1, "x"), -2000);
  EXPECT_TRUE(table.has("x"));
  EXPECT_FALSE(table.has("y"));
}

TEST(CsvTable, TakesQuotedValuesAndEmptyOnes) {
  const CsvTable table("\xEF\xBB\xBFname,note,last\n\"a, \"\"b\"\"\nc\",,\"\"", "t.csv");
  ASSERT_EQ(table.row_count(), 1U);
  EXPECT_EQ(table.text(0, "name"), "a, \"b\"\nc");
  EXPECT_EQ(table.text(0, "note"), "");
  EXPECT_EQ(table.text(0, "last"), "");
}

TEST(CsvTable, RefusesWhatIsNotATable) {
  EXPECT_THROW(CsvTable("", "t.csv"), Error);
  EXPECT_THROW(CsvTable("\n\n", "t.csv"), Error);
  EXPECT_THROW(CsvTable("a,\"b\n", "t.csv"), Error);
  const CsvTable table("a,b\n1\nx,inf\n", "t.csv");
  EXPECT_THROW(table.text(0, "b"), Error);
  EXPECT_THROW(table.text(0, "c"), Error);
  EXPECT_THROW(table.number(1, "a"), Error);
  EXPECT_THROW(table.number(1, "b"), Error);
}

}  // namespace
}  // namespace promptdepth
