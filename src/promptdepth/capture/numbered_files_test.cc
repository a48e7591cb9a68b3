#include "promptdepth/capture/numbered_files.h"

#include <gmock/gmock.h>

#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(NumberedFiles, AreSortedByNumberAndTakeThePreferredEnding) {
  const std::vector<std::string> names = {
      "f10.png", "f9.png", "f9.jpg",     "f-1.png", "f1a.png",
      "f.png",   "g2.png", "f2.png.bak", "f+3.png", "f99999999999999999999.png"};
  EXPECT_THAT(numbered(names, "f", {".jpg", ".png"}),
              ElementsAre(Pair(9, "f9.jpg"), Pair(10, "f10.png")));
}

TEST(NumberedFiles, OfAFolderThatIsNotThereAreNone) {
  const TestFolder folder;
  folder.text("depth/000007.png", "");
  EXPECT_THAT(numbered_files(folder.path() / "depth", "", {".png"}),
              ElementsAre(Pair(7, "000007.png")));
  EXPECT_TRUE(numbered_files(folder.path() / "none", "", {".png"}).empty());
}

TEST(NumberedFiles, MissingOnesAreCounted) {
  ProblemList problems;
  note_missing({{1, "a"}, {2, "b"}, {3, "c"}}, {{2, "B"}}, "missing", problems);
  EXPECT_THAT(problems.sentences(), ElementsAre("missing: 2, the first: a"));
}

}  // namespace
}  // namespace promptdepth
