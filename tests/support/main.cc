// The main program of every test: a folder for temporary files of its own, so that cases which run
// at the same time (ctest -j) do not meet. GoogleTest's TempDir() and std::filesystem's
// temp_directory_path() both lead to it.

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>

namespace {

/// Exists as long as this object.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_((std::filesystem::temp_directory_path() / "promptdepth_test_XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

int main(int argc, char** argv) {
  const TemporaryFolder folder;
  ::setenv("TEST_TMPDIR", folder.path().c_str(), 1);
  ::setenv("TMPDIR", folder.path().c_str(), 1);
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
