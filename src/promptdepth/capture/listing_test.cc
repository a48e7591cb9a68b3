#include "promptdepth/capture/listing.h"

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

TEST(Listing, SortsFilesAndFolders) {
  const TestFolder folder;
  for (const char* name : {"b.png", "a.png", "z/x.png", "y/x.png"}) folder.text(name, "");
  EXPECT_EQ(files_in(folder.path()), (std::vector<std::string>{"a.png", "b.png"}));
  EXPECT_EQ(folders_in(folder.path()), (std::vector<std::string>{"y", "z"}));
  EXPECT_THROW(files_in(folder.path() / "none"), Error);
  EXPECT_THROW(require_folder(folder.path() / "a.png", "pictures"), Error);
  EXPECT_EQ(first_folder(folder.path(), {"none", "z", "y"}), folder.path() / "z");
  EXPECT_EQ(find_file(folder.path(), "a", {".jpg", ".png"}), folder.path() / "a.png");
  EXPECT_EQ(find_file(folder.path(), "c", {".jpg", ".png"}), std::nullopt);
}

TEST(Listing, BringsDepthToTheImagesSizeWithoutMixing) {
  const TestFolder folder;
  folder.depth("d.png", map_of(4, 3, [](int x, int) { return x < 2 ? 1.0F : 5.0F; }));
  const DepthMap depth = read_depth_of(Image(8, 6), folder.file("d.png"));
  EXPECT_EQ(depth.width, 8);
  for (int x = 0; x < 8; ++x) EXPECT_EQ(depth.at(x, 5), x < 4 ? 1.0F : 5.0F);
  EXPECT_THROW(read_depth_of(Image(6, 8), folder.file("d.png")), Error);
}

TEST(Listing, TakesTheSmallRoundingOfAPromptsSides) {
  EXPECT_NO_THROW(require_same_view(DepthMap(32, 24), Image(1000, 756), "p"));
  EXPECT_THROW(require_same_view(DepthMap(256, 192), Image(1920, 1080), "p"), Error);
}

TEST(Listing, DemandsDepthInAFrame) {
  Frame frame{.name = "f", .depth = DepthMap(4, 3)};
  EXPECT_THROW(require_some_depth(frame), Error);
  frame.pseudo_depth = DepthMap(4, 3, 1);
  EXPECT_NO_THROW(require_some_depth(frame));
}

}  // namespace
}  // namespace promptdepth
