#include "promptdepth/evaluate/score_table.h"

#include <fstream>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/evaluate/test_protocol.h"

namespace promptdepth {
namespace {

std::vector<ScoreRow> rows_for(const std::string& kind, const std::string& frame, double value) {
  std::vector<ScoreRow> rows;
  for (const char* method : {"a", "b"}) {
    rows.push_back({.kind = kind,
                    .frame = frame,
                    .method = method,
                    .scores = Scores(metrics().size(), value / 3)});
    rows.back().scores[8] = std::nullopt;
    value += 1e-9;
  }
  return rows;
}

TEST(ScoreTable, GivesBackTheSameBitsAfterReading) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "frames.csv";
  ScoreTable written(path, {"a", "b"});
  written.add(rows_for("phone", "f1", 0.1));
  written.add(rows_for("phone", "f0", 1e-17));
  const ScoreTable read(path, {"a", "b"});
  ASSERT_EQ(read.rows().size(), 4U);
  EXPECT_TRUE(read.has("phone", "f0"));
  EXPECT_FALSE(read.has("points", "f0"));
  EXPECT_EQ(read.rows()[0].frame, "f0");
  EXPECT_EQ(read.rows()[0].scores, rows_for("phone", "f0", 1e-17)[0].scores);
  EXPECT_EQ(read.rows()[3].scores, rows_for("phone", "f1", 0.1)[1].scores);
}

TEST(ScoreTable, DropsTheFrameWhoseLinesWereCutOff) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "frames.csv";
  {
    ScoreTable table(path, {"a", "b"});
    table.add(rows_for("phone", "f0", 1));
    table.add(rows_for("phone", "f1", 2));
  }
  const std::string whole = read_text_file(path);
  const std::size_t f1 = whole.find("phone,f1");
  for (std::size_t size = f1; size < whole.size(); ++size) {
    write_file_atomically(path, std::string_view(whole).substr(0, size));
    ScoreTable table(path, {"a", "b"});
    EXPECT_TRUE(table.has("phone", "f0"));
    EXPECT_FALSE(table.has("phone", "f1")) << size;
    table.add(rows_for("phone", "f1", 2));
    EXPECT_EQ(read_text_file(path), whole) << size;
  }
}

TEST(ScoreTable, DoesNotDependOnTheOrderOnceFinished) {
  const TemporaryFolder folder;
  ScoreTable one(folder.path() / "one.csv", {"a", "b"});
  ScoreTable other(folder.path() / "other.csv", {"a", "b"});
  one.add(rows_for("points", "f0", 1));
  one.add(rows_for("phone", "f7", 2));
  other.add(rows_for("phone", "f7", 2));
  other.add(rows_for("points", "f0", 1));
  one.finish();
  other.finish();
  EXPECT_EQ(read_text_file(folder.path() / "one.csv"), read_text_file(folder.path() / "other.csv"));
}

TEST(CsvCell, KeepsWhatSeparatesCellsOut) { EXPECT_EQ(csv_cell("a,b\nc"), "a_b_c"); }

TEST(ScoreTable, RefusesAnotherTable) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "frames.csv";
  write_file_atomically(path, std::string_view("a,b,c\n1,2,3\n"));
  EXPECT_THROW(ScoreTable(path, {"a"}), Error);
  ScoreTable table(folder.path() / "fine.csv", {"a", "b"});
  const std::string header = read_text_file(folder.path() / "fine.csv");
  write_file_atomically(path, header + "phone,f0,a,nonsense\n");
  EXPECT_THROW(ScoreTable(path, {"a"}), Error);
}

}  // namespace
}  // namespace promptdepth
