# Thin verbs; everything behind them is CMake (see CMakePresets.json).
.PHONY: demo test build bench format lint

CLI := build/release/bin/promptdepth

## Install what is missing, build, and run the main job on an example with the default model.
demo: build
	$(CLI) demo -o out/demo

## Install what is missing, build with tests, and run them.
test:
	scripts/install-deps build test train
	cmake --preset dev
	cmake --build --preset dev
	ctest --preset dev -j$$(nproc)

## The command line at build/release/bin/promptdepth.
build:
	scripts/install-deps build
	cmake --preset release
	cmake --build --preset release

## Google Benchmarks of every operation, as shares of this machine's peak.
bench:
	scripts/install-deps build test
	cmake --preset dev
	cmake --build --preset dev --target promptdepth_bench
	build/dev/bin/promptdepth_bench

format:
	scripts/format

lint:
	scripts/lint
