// Runs the program as a user does. Every test has a folder of its own with a photo and a prompt of
// a small scene.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "program_for_test.h"
#include "promptdepth/base/files.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/orientation.h"
#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

int line_count(const std::string& text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

class Cli : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) /
              fmt::format("promptdepth_cli_{}_{}", info->name(), ::getpid());
    fs::create_directories(folder_);
    write_image(path("photo.png"), photo());
    write_depth(path("prompt.png"), prompt());
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  static Image photo() {
    Image image(112, 84);
    for (int y = 0; y < image.height; ++y) {
      for (int x = 0; x < image.width; ++x) {
        image.at(x, y)[0] = x < 56 ? 0.8F : 0.2F;
        image.at(x, y)[1] = static_cast<float>(y) / 84.0F;
      }
    }
    return image;
  }

  static DepthMap prompt() {
    DepthMap map(28, 21);
    for (int y = 0; y < map.height; ++y) {
      for (int x = 0; x < map.width; ++x) map.at(x, y) = x < 14 ? 1.5F : 3.0F;
    }
    return map;
  }

  /// A bad call: one line on stderr, the expected status, and nothing new in the folder.
  void expect_refused(const std::string& arguments, int status, const std::string& part) {
    const auto before = std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.status, status) << arguments << "\n" << outcome.output;
    EXPECT_EQ(line_count(outcome.output), 1) << outcome.output;
    EXPECT_THAT(outcome.output, HasSubstr(part));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), before)
        << arguments;
  }

  fs::path folder_;
};

TEST_F(Cli, HelpListsEveryVerbAndEachVerbExplainsItself) {
  const Outcome help = run("--help");
  EXPECT_EQ(help.status, 0);
  for (const char* verb : {"predict", "inspect", "info", "convert", "bench", "scene",
                           "simulate-lidar", "evaluate", "demo"}) {
    EXPECT_THAT(help.output, HasSubstr(verb));
    const Outcome verb_help = run(fmt::format("{} --help", verb));
    EXPECT_EQ(verb_help.status, 0);
    EXPECT_GT(line_count(verb_help.output), 5) << verb;
  }
}

TEST_F(Cli, PredictWritesEveryFormatPreviewAndPointCloud) {
  const Outcome outcome =
      run(fmt::format("predict '{}' '{}' -o '{}' -o '{}' -o '{}' -o '{}' --preview '{}' "
                      "--point-cloud '{}' --intrinsics 90,90,55.5,41.5",
                      path("photo.png"), path("prompt.png"), path("d.png"), path("d.npy"),
                      path("d.exr"), path("d.pfm"), path("preview.jpg"), path("cloud.ply")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(outcome.output, "");
  const DepthMap exact = read_depth(path("d.npy"));
  EXPECT_EQ(exact.width, 112);
  EXPECT_EQ(exact.height, 84);
  EXPECT_EQ(read_depth(path("d.exr")).values, exact.values);
  EXPECT_EQ(read_depth(path("d.pfm")).values, exact.values);
  const DepthMap rounded = read_depth(path("d.png"));
  for (std::size_t i = 0; i < exact.values.size(); ++i)
    EXPECT_NEAR(rounded.values[i], exact.values[i], 0.00051F);
  EXPECT_GT(read_image(path("preview.jpg")).image.width, 112);
  EXPECT_GT(fs::file_size(path("cloud.ply")), 112U * 84U * 12U);
}

/// Three frames of 3DMatch in a folder: a wall that the camera comes nearer to.
std::string write_recording(const fs::path& folder) {
  fs::create_directories(folder);
  for (int i = 0; i < 3; ++i) {
    const std::string base = (folder / fmt::format("frame-{:06}.", i)).string();
    const float way_m = 0.2F * static_cast<float>(i);
    write_image(base + "color.png", Image(64, 48));
    write_depth(base + "depth.png", DepthMap(64, 48, 2 - way_m));
    write_file_atomically(base + "pose.txt",
                          fmt::format("1 0 0 0 0 1 0 0 0 0 1 {} 0 0 0 1", way_m));
  }
  write_file_atomically(folder / "camera-intrinsics.txt", "60 0 32 0 60 24 0 0 1");
  return folder.string();
}

TEST_F(Cli, InspectSumsUpARecordingAndDrawsIt) {
  const std::string recording = write_recording(path("recording"));
  const Outcome text =
      run(fmt::format("inspect '{}' --preview '{}'", recording, path("sheet.png")));
  ASSERT_EQ(text.status, 0) << text.output;
  EXPECT_THAT(text.output, HasSubstr("format       3DMatch\n"));
  EXPECT_THAT(text.output, HasSubstr("frames       3\n"));
  EXPECT_THAT(text.output, HasSubstr("path         0.40 m"));
  EXPECT_THAT(text.output, HasSubstr("self check   fine"));
  EXPECT_GT(read_image(path("sheet.png")).image.width, 1000);

  const Outcome json = run(fmt::format("inspect '{}' --json", recording));
  ASSERT_EQ(json.status, 0) << json.output;
  const auto report = nlohmann::json::parse(json.output);
  EXPECT_EQ(report["format"], "3DMatch");
  EXPECT_EQ(report["picture"]["width"], 64);
  EXPECT_EQ(report["self_check"]["verdict"], "agree");
  EXPECT_EQ(report["problems"].size(), 0U);
}

TEST_F(Cli, InspectNamesWrongPosesAndRefusesWhatIsNoRecording) {
  const std::string recording = write_recording(path("recording"));
  for (int i = 0; i < 3; ++i) {  // Backwards: as the inverse poses would be.
    write_file_atomically(path(fmt::format("recording/frame-{:06}.pose.txt", i)),
                          fmt::format("1 0 0 0 0 1 0 0 0 0 1 {} 0 0 0 1", -0.2 * i));
  }
  const Outcome outcome = run(fmt::format("inspect '{}'", recording));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.output, HasSubstr("POSES DO NOT FIT THE DEPTH"));
  fs::create_directories(path("empty"));
  expect_refused(fmt::format("inspect '{}'", path("empty")), 2, "expected a recording");
  expect_refused(fmt::format("inspect '{}'", path("none")), 1, "no such folder");
  expect_refused(fmt::format("inspect '{}' --preview '{}'", recording, path("sheet.bmp")), 2,
                 ".png or .jpg");
}

TEST_F(Cli, PredictRunsAtTheNetworksSizeWhenAsked) {
  const Outcome outcome = run(fmt::format(
      "predict '{}' '{}' -o '{}' --model seeded:vits --output-size network --max-size 70",
      path("photo.png"), path("prompt.png"), path("d.npy")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(read_depth(path("d.npy")).width, 70);
  EXPECT_EQ(read_depth(path("d.npy")).height, 42);
}

TEST_F(Cli, PredictFoldersSkipsWhatIsDoneAndGoesOnAfterABadPair) {
  fs::create_directories(path("photos"));
  fs::create_directories(path("prompts"));
  for (const char* name : {"a", "b", "c"}) {
    write_image(path(fmt::format("photos/{}.png", name)), photo());
    write_depth(path(fmt::format("prompts/{}.png", name)), prompt());
  }
  std::ofstream(path("prompts/b.png")) << "not a picture";
  const std::string command = fmt::format("predict '{}' '{}' -o '{}' --format png,npy",
                                          path("photos"), path("prompts"), path("out"));
  const Outcome first = run(command);
  EXPECT_EQ(first.status, 1);
  EXPECT_THAT(first.output, HasSubstr("b.png"));
  EXPECT_THAT(first.output, HasSubstr("2 of 3 pairs done, 0 of them earlier, 1 failed"));
  EXPECT_TRUE(fs::exists(path("out/c.npy")));
  EXPECT_FALSE(fs::exists(path("out/b.png")));
  write_depth(path("prompts/b.png"), prompt());
  const Outcome second = run(command);
  EXPECT_EQ(second.status, 0) << second.output;
  EXPECT_THAT(second.output, HasSubstr("3 of 3 pairs done, 2 of them earlier, 0 failed"));
}

TEST_F(Cli, ConfidenceTurnsBadPixelsIntoHoles) {
  DepthMap wrong = prompt();
  wrong.at(3, 3) = 60.0F;
  DepthMap confidence(28, 21, 2.0F);
  confidence.at(3, 3) = 0.0F;
  write_depth(path("wrong.npy"), wrong);
  write_depth(path("confidence.npy"), confidence);
  const Outcome outcome =
      run(fmt::format("predict '{}' '{}' -o '{}' --confidence '{}' --min-confidence 1",
                      path("photo.png"), path("wrong.npy"), path("d.npy"), path("confidence.npy")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  for (const float z : read_depth(path("d.npy")).values) EXPECT_LT(z, 10.0F);
}

TEST_F(Cli, ConfidenceWithoutAThresholdMeansOne) {
  DepthMap wrong = prompt();
  wrong.at(3, 3) = 60.0F;
  DepthMap confidence(28, 21, 1.0F);
  confidence.at(3, 3) = 0.0F;
  write_depth(path("wrong.npy"), wrong);
  write_depth(path("confidence.npy"), confidence);
  const Outcome outcome =
      run(fmt::format("predict '{}' '{}' -o '{}' --confidence '{}'", path("photo.png"),
                      path("wrong.npy"), path("d.npy"), path("confidence.npy")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  for (const float z : read_depth(path("d.npy")).values) EXPECT_LT(z, 10.0F);
}

/// A JPEG with an EXIF block right behind its first marker.
void write_turned_jpeg(const std::string& file, const Image& stored, int orientation) {
  write_image(file, stored, {.jpeg_quality = 95});
  const std::string jpeg = read_text_file(file);
  const std::string exif = std::string("Exif\0\0", 6) + exif_block(orientation);
  const std::string segment =
      std::string("\xff\xe1\0", 3) + static_cast<char>(exif.size() + 2) + exif;
  write_file_atomically(file, jpeg.substr(0, 2) + segment + jpeg.substr(2));
}

TEST_F(Cli, PredictTurnsPhotoPromptAndIntrinsicsUprightTogether) {
  write_turned_jpeg(path("turned.jpg"), apply_orientation(photo(), ExifOrientation::kRotated270),
                    6);
  write_depth(path("turned.npy"), apply_orientation(prompt(), ExifOrientation::kRotated270));
  write_image(path("upright.png"), read_image(path("turned.jpg")).image);
  write_image(path("stored.png"), read_image(path("turned.jpg"), {.apply_exif = false}).image);
  write_depth(path("upright.npy"), prompt());
  const auto predict = [&](const std::string& photo, const std::string& prompt,
                           const std::string& intrinsics, const std::string& result) {
    const Outcome outcome =
        run(fmt::format("predict '{}' '{}' -o '{}' --point-cloud '{}' --intrinsics {}", path(photo),
                        path(prompt), path(result + ".npy"), path(result + ".ply"), intrinsics));
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    return std::pair(read_depth(path(result + ".npy")), read_file(path(result + ".ply")));
  };
  // The stored picture is 84 x 112; turned clockwise, its lower edge becomes the left one.
  const auto turned = predict("turned.jpg", "turned.npy", "90,95,40,60", "a");
  const auto upright = predict("upright.png", "upright.npy", "95,90,51,40", "b");
  EXPECT_EQ(turned.first.width, 112);
  EXPECT_EQ(turned.first.values, upright.first.values);
  EXPECT_EQ(turned.second, upright.second);
  const auto as_stored = predict("turned.jpg", "turned.npy", "90,95,40,60 --no-exif", "c");
  const auto stored = predict("stored.png", "turned.npy", "90,95,40,60", "d");
  EXPECT_EQ(as_stored.first.width, 84);
  EXPECT_EQ(as_stored.first.values, stored.first.values);
  EXPECT_EQ(as_stored.second, stored.second);
}

TEST_F(Cli, PredictFoldersSaysWhatCannotBePairedAndDoesTheRest) {
  for (const char* folder : {"photos", "prompts", "out"}) fs::create_directories(path(folder));
  for (const char* name : {"a.png", "twice.png", "twice.jpg", "alone.png", "loop.png"})
    write_image(path(fmt::format("photos/{}", name)), photo());
  for (const char* name : {"a.png", "twice.png", "stray.png", "loop.png"})
    write_depth(path(fmt::format("prompts/{}", name)), prompt());
  fs::create_symlink("loop.png", path("out/loop.png"));
  const Outcome outcome =
      run(fmt::format("predict '{}' '{}' -o '{}'", path("photos"), path("prompts"), path("out")));
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.output, HasSubstr("expected one photo named 'twice'"));
  EXPECT_THAT(outcome.output, HasSubstr("alone.png' has no prompt"));
  EXPECT_THAT(outcome.output, HasSubstr("stray.png' has no photo"));
  EXPECT_THAT(outcome.output, HasSubstr("promptdepth: loop.png: "));
  EXPECT_THAT(outcome.output, HasSubstr("1 of 2 pairs done, 0 of them earlier, 1 failed"));
  EXPECT_TRUE(fs::exists(path("out/a.png")));
}

TEST_F(Cli, PredictNeverWritesOverItsInputs) {
  const std::string before = read_text_file(path("prompt.png"));
  expect_refused(fmt::format("predict '{0}' '{1}' -o '{1}'", path("photo.png"), path("prompt.png")),
                 2, "prompt.png");
  EXPECT_EQ(read_text_file(path("prompt.png")), before);
  fs::create_directories(path("photos"));
  fs::create_directories(path("prompts"));
  write_image(path("photos/a.png"), photo());
  write_depth(path("prompts/a.png"), prompt());
  for (const char* input : {"photos", "prompts"}) {
    expect_refused(fmt::format("predict '{}' '{}' -o '{}' --overwrite", path("photos"),
                               path("prompts"), path(input)),
                   2, "folder for results");
  }
}

TEST_F(Cli, BadCallsGetOneLineAndStatusTwo) {
  const std::string pair = fmt::format("predict '{}' '{}'", path("photo.png"), path("prompt.png"));
  expect_refused("", 2, "--help");
  expect_refused("frobnicate", 2, "--help");
  expect_refused(pair, 2, "something to write");
  expect_refused(pair + fmt::format(" -o '{}'", path("d.bmp")), 2, ".bmp");
  // Known before the model is loaded: were it, its name would be the complaint.
  const std::string no_model = fmt::format(" -o '{}' --model seeded:vitx", path("d.png"));
  expect_refused(pair + no_model + " --preview x.bmp", 2, "x.bmp");
  expect_refused(pair + no_model + " --point-cloud x.xyz", 2, "x.xyz");
  expect_refused(pair + no_model + " --intrinsics none.json", 1, "none.json");
  expect_refused(pair + fmt::format(" -o '{}' --max-size 0", path("d.png")), 2, "--max-size");
  expect_refused(pair + fmt::format(" -o '{}' --precision fp64", path("d.png")), 2, "fp64");
  expect_refused(pair + fmt::format(" -o '{}' --model seeded:vitx", path("d.png")), 2, "vitx");
  expect_refused(pair + fmt::format(" -o '{}' --range-quantiles 0.9,0.1", path("d.png")), 2,
                 "quantile");
  expect_refused(fmt::format("predict '{}' '{}' -o x.png", path("photo.png"), path("none.png")), 2,
                 "none.png");
}

TEST_F(Cli, BadFilesGetOneLineAndLeaveNothing) {
  std::ofstream(path("text.png")) << "hello";
  std::ofstream(path("empty.png"));
  write_depth(path("holes.npy"), DepthMap(16, 12));
  const std::string out = path("d.png");
  expect_refused(
      fmt::format("predict '{}' '{}' -o '{}'", path("text.png"), path("prompt.png"), out), 2,
      "text.png");
  expect_refused(
      fmt::format("predict '{}' '{}' -o '{}'", path("photo.png"), path("empty.png"), out), 2,
      "empty.png");
  expect_refused(
      fmt::format("predict '{}' '{}' -o '{}'", path("photo.png"), path("holes.npy"), out), 2,
      "measured");
  expect_refused(fmt::format("predict '{}' '{}' -o '{}' --model '{}'", path("photo.png"),
                             path("prompt.png"), out, path("text.png")),
                 2, "text.png");
  expect_refused(fmt::format("predict '{}' '{}' -o '{}'", path("photo.png"), path("prompt.png"),
                             path("no/such/d.png")),
                 1, "no/such");
}

TEST_F(Cli, AFullDiskIsReportedAndNothingIsLeft) {
  const auto file_count = [this] {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  };
  const auto before = file_count();
  const std::string predict =
      fmt::format("predict '{}' '{}'", path("photo.png"), path("prompt.png"));
  for (const std::string& call :
       {fmt::format("{} -o '{}'", predict, path("d.npy")),
        fmt::format("{} --preview '{}'", predict, path("preview.png")),
        fmt::format("{} --point-cloud '{}'", predict, path("cloud.ply")),
        fmt::format("convert seeded:compact '{}'", path("m.safetensors"))}) {
    // A limit on file sizes makes write() fail as a full disk does.
    const Outcome outcome = run(call, "trap '' XFSZ; ulimit -f 1;");
    EXPECT_EQ(outcome.status, 1) << call;
    EXPECT_EQ(file_count(), before) << call;
    EXPECT_NE(outcome.output.find(folder_.string()), std::string::npos) << outcome.output;
  }
}

TEST_F(Cli, ConvertAndInfoAgree) {
  ASSERT_EQ(
      run(fmt::format("convert seeded:compact '{}' --dtype bf16", path("m.safetensors"))).status,
      0);
  const Outcome info = run(fmt::format("info '{}' --json", path("m.safetensors")));
  ASSERT_EQ(info.status, 0) << info.output;
  const nlohmann::json report = nlohmann::json::parse(info.output);
  EXPECT_EQ(report["family"], "compact");
  EXPECT_EQ(report["dtype"], "bf16");
  const Outcome use = run(fmt::format("predict '{}' '{}' -o '{}' --model '{}'", path("photo.png"),
                                      path("prompt.png"), path("d.png"), path("m.safetensors")));
  EXPECT_EQ(use.status, 0) << use.output;
}

TEST_F(Cli, BenchReportsConsistentFigures) {
  const Outcome bench = run("bench --model compact --size 112x154 --repeats 2 --json");
  ASSERT_EQ(bench.status, 0) << bench.output;
  const nlohmann::json report = nlohmann::json::parse(bench.output);
  for (const char* field : {"seconds", "gflop", "gflop_per_s", "peak_gflop_per_s", "share_of_peak",
                            "peak_rss_bytes", "load_seconds"}) {
    EXPECT_GT(report[field].get<double>(), 0.0) << field;
  }
}

TEST_F(Cli, SimulateLidarWritesPromptConfidenceAndPreview) {
  write_depth(path("truth.npy"), prompt());
  const std::string call = fmt::format(
      "simulate-lidar '{}' '{}' --sensor tof-192x144 --set blur_px=0 --set max_range_m=2 "
      "--confidence '{}' --preview '{}' --intrinsics 30,30,13.5,10 --seed 3",
      path("truth.npy"), path("photo.png"), path("c.png"), path("preview.jpg"));
  const Outcome outcome = run(call + fmt::format(" -o '{}'", path("p.npy")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("192x144 pixels measured by tof-192x144"));
  const DepthMap depth = read_depth(path("p.npy"));
  const DepthMap confidence = read_confidence(path("c.png"));
  ASSERT_EQ(depth.width, 192);
  ASSERT_EQ(confidence.width, 192);
  for (int y = 0; y < 144; ++y) {
    for (int x = 0; x < 192; ++x) {  // 1.5 m on the left, 3 m on the right
      if (x > 100) {
        EXPECT_EQ(depth.at(x, y), 0);
      }
      if (x < 92 && depth.at(x, y) > 0) {
        EXPECT_NEAR(depth.at(x, y), 1.5F, 0.2F);
      }
      if (depth.at(x, y) == 0) {
        EXPECT_EQ(confidence.at(x, y), 0);
      }
    }
  }
  EXPECT_GT(read_image(path("preview.jpg")).image.width, 112);
  const Outcome again = run(call + fmt::format(" -o '{}'", path("again.npy")));
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_EQ(read_depth(path("again.npy")).values, depth.values);
  EXPECT_EQ(run(fmt::format("predict '{}' '{}' -o '{}' --confidence '{}' --min-confidence 1",
                            path("photo.png"), path("p.npy"), path("d.png"), path("c.png")))
                .status,
            0);
}

TEST_F(Cli, SimulateLidarKnowsItsSensorsAndTheirSettings) {
  write_depth(path("truth.npy"), prompt());
  const std::string help = run("simulate-lidar --help").output;
  for (const char* sensor :
       {"phone-lidar", "paper", "downsampled", "tof-192x144", "tof-256x192", "tof-320x240",
        "spinning-16", "spinning-32", "spinning-64", "random-points", "structure-from-motion"}) {
    EXPECT_THAT(help, HasSubstr(sensor));
    const Outcome settings = run(fmt::format("simulate-lidar --sensor {} --settings", sensor));
    EXPECT_EQ(settings.status, 0);
    EXPECT_GT(line_count(settings.output), 1) << sensor;
    const Outcome outcome =
        run(fmt::format("simulate-lidar '{}' '{}' --sensor {} -o '{}'", path("truth.npy"),
                        path("photo.png"), sensor, path(fmt::format("{}.png", sensor))));
    EXPECT_EQ(outcome.status, 0) << outcome.output;
  }
}

TEST_F(Cli, SimulateLidarSeesWhatItsSurfacesSay) {
  write_depth(path("truth.npy"), DepthMap(112, 84, 2.0F));
  write_depth(path("beyond.npy"), DepthMap(112, 84, 4.0F));
  Image glass(112, 84);  // black, no mirror, half transparent
  for (int y = 0; y < 84; ++y) {
    for (int x = 0; x < 112; ++x) glass.at(x, y)[2] = 128.0F / 255.0F;
  }
  write_image(path("glass.png"), glass);
  const Outcome outcome = run(fmt::format(
      "simulate-lidar '{}' '{}' -o '{}' --sensor tof-192x144 --surfaces '{}' --beyond '{}' "
      "--set half_range_m=1000 --set max_range_m=9 --set blur_px=0",
      path("truth.npy"), path("photo.png"), path("p.npy"), path("glass.png"), path("beyond.npy")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  const DepthMap depth = read_depth(path("p.npy"));
  const auto near = std::count_if(depth.values.begin(), depth.values.end(),
                                  [](float z) { return std::abs(z - 2) < 0.2F; });
  const auto far = std::count_if(depth.values.begin(), depth.values.end(),
                                 [](float z) { return std::abs(z - 4) < 0.2F; });
  EXPECT_EQ(near + far, 192 * 144);
  EXPECT_NEAR(static_cast<double>(far) / (192 * 144), 0.5, 0.02);
}

TEST_F(Cli, SimulateLidarRefusesBadCallsInOneLine) {
  write_depth(path("truth.npy"), prompt());
  const std::string pair =
      fmt::format("simulate-lidar '{}' '{}'", path("truth.npy"), path("photo.png"));
  const std::string call = pair + fmt::format(" -o '{}'", path("p.png"));
  expect_refused(pair, 2, "-o PROMPT");
  expect_refused(call + " --sensor sonar", 2, "phone-lidar");
  expect_refused(call + " --set strid_px=3", 2, "strid_px");
  expect_refused(call + " --set stride_px", 2, "NAME=VALUE");
  expect_refused(call + " --set stride_px=0", 2, "stride_px from 1");
  expect_refused(call + fmt::format(" --confidence '{}'", path("c.png")), 2, "confidence");
  expect_refused(call + fmt::format(" --preview '{}'", path("p.gif")), 2, ".gif");
  expect_refused(call + fmt::format(" --surfaces '{}' --sensor tof-192x144", path("photo.png")), 2,
                 "28×21");
  expect_refused(pair + fmt::format(" -o '{}'", path("p.bmp")), 2, ".bmp");
  expect_refused(
      fmt::format("simulate-lidar '{}' '{}' -o p.png", path("none.npy"), path("photo.png")), 1,
      "none.npy");
}

TEST_F(Cli, EvaluateHeldOutComparesModelsAndBaselinesAndIsResumed) {
  const std::string call = fmt::format(
      "evaluate held-out --frames 2 --size 84x112 --kinds phone-lidar,points -o '{}'", path("e"));
  const Outcome first = run(call);
  ASSERT_EQ(first.status, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("| weighted-median |"));
  EXPECT_THAT(first.output, HasSubstr("default: L1 "));
  const nlohmann::json summary = nlohmann::json::parse(read_text_file(path("e/summary.json")));
  ASSERT_EQ(summary["kinds"].size(), 2U);
  EXPECT_EQ(summary["kinds"][0]["frames"], 2);
  EXPECT_LT(summary["kinds"][0]["gains"]["default"]["l1_of_bilinear"], 1);
  EXPECT_TRUE(fs::exists(path("e/report.html")));

  const std::string frames = read_text_file(path("e/frames.csv"));
  write_file_atomically(path("e/frames.csv"),
                        std::string_view(frames).substr(0, frames.size() / 2));
  EXPECT_EQ(run(call).output, first.output);
  EXPECT_EQ(read_text_file(path("e/frames.csv")), frames);
}

TEST_F(Cli, EvaluatePhotoMeasuresAgainstItsTruth) {
  write_depth(path("truth.npy"), prompt());
  const Outcome outcome =
      run(fmt::format("evaluate photo '{}' '{}' --seeds 2 --kinds phone-lidar --model none -o '{}'",
                      path("photo.png"), path("truth.npy"), path("e")));
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("(2 frames)"));
}

TEST_F(Cli, EvaluateRefusesBadCallsInOneLine) {
  const std::string out = path("e");
  expect_refused("evaluate", 2, "subcommand");
  expect_refused(fmt::format("evaluate held-out --kinds radar -o '{}'", out), 2, "phone-lidar");
  expect_refused(fmt::format("evaluate held-out --size big -o '{}'", out), 2, "'big'");
  expect_refused(fmt::format("evaluate held-out --model '{}' -o '{}'", path("none.pt"), out), 1,
                 "none.pt");
  expect_refused(
      fmt::format("evaluate photo '{}' '{}' -o '{}'", path("photo.png"), path("none.npy"), out), 2,
      "none.npy");
}

TEST_F(Cli, DemoBeatsTheUpsampledPrompt) {
  const Outcome demo = run(fmt::format("demo -o '{}'", path("demo")));
  ASSERT_EQ(demo.status, 0) << demo.output;
  const nlohmann::json summary = nlohmann::json::parse(read_text_file(path("demo/summary.json")));
  EXPECT_LE(summary["l1_m"].get<double>(), 0.8 * summary["prompt_upsampled_l1_m"].get<double>());
}

}  // namespace
}  // namespace promptdepth
