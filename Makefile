# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Makefile - the short way in. Everything is built by CMake (CMakeLists.txt) in build/.
#
#   make demo       installs what is missing, builds, runs eBPF programs over packets
#   make test       the same set-up, then every test; test-all: the long form
#   make build      build/bin/supervm and the test tools     (CC=gcc chooses the compiler)
#   make bench      speed, beside native code, the kernel and V8: tables, build/bench*.json (BENCH='--filter sha' and so on)
#   make bench-gcc  the WebAssembly programs in interpreters built by the default compiler and by gcc, side by side
#   make coverage   line coverage of the tests
#   make fuzz       fuzzes each parser for FUZZ_SECONDS (60)
#   make install    to PREFIX (/usr/local), DESTDIR respected
#   make clean
BUILD ?= build
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
# "cc" is make's own default, not a wish
ifeq ($(origin CC),default)
CC :=
endif
export CC

all: build

build:
	@tools/setup.sh build
	@tools/build.sh $(BUILD)

demo:
	@tools/setup.sh demo
	@tools/build.sh $(BUILD)
	@tools/demo.sh $(BUILD)

test:
	@tools/setup.sh test
	@tools/build.sh $(BUILD)
	@tools/test.sh $(BUILD)

test-all:
	@tools/setup.sh ci
	@tools/build.sh $(BUILD)
	@tools/test.sh $(BUILD) all

bench:
	@tools/setup.sh bench
	@tools/build.sh $(BUILD)
	@cmake --build $(BUILD) --target bench_native >/dev/null
	@$(BUILD)/bin/supervm-bench --build $(BUILD) --json $(BUILD)/bench.json $(BENCH)
	@$(BUILD)/bin/supervm-bench-maps --json $(BUILD)/bench-maps.json $(BUILD)/bench-maps.o
	@[ ! -x $(BUILD)/bin/supervm-bench-llvm ] || $(BUILD)/bin/supervm-bench-maps --engine llvm --json $(BUILD)/bench-maps-llvm.json $(BUILD)/bench-maps.o
	@[ ! -x $(BUILD)/bin/supervm-bench-llvm ] || [ ! -f $(BUILD)/wasm/hello.wasm ] || $(BUILD)/bin/supervm-bench-llvm \
	    --json $(BUILD)/bench-llvm.json $(BUILD)/bpf/firewall.bpf.o $(BUILD)/wasm/hello.wasm
	@[ ! -f $(BUILD)/lib/supervm/libsupervm-llvm.so ] || $(BUILD)/bin/supervm compile $(BUILD)/bpf/firewall.bpf.o -o $(BUILD)/bench-firewall
	@[ ! -f $(BUILD)/wasm/hello.wasm ] || $(BUILD)/bin/supervm-bench-start --json $(BUILD)/bench-start.json \
	    $$([ ! -x $(BUILD)/bench-firewall ] || echo --alone $(BUILD)/bench-firewall) --supervm $(BUILD)/bin/supervm $(BUILD)/wasm/hello.wasm

bench-gcc:
	@tools/setup.sh bench
	@tools/build.sh $(BUILD)
	@cmake --build $(BUILD) --target bench_native >/dev/null
	@CC=gcc tools/build.sh build-gcc
	@$(BUILD)/bin/supervm-bench --build $(BUILD) --suite wasm --no-node \
	    --peer "gcc=build-gcc/bin/supervm-bench --serve" $(BENCH)

coverage:
	@tools/setup.sh coverage
	@tools/coverage.sh

fuzz:
	@tools/setup.sh fuzz
	@tools/fuzz.sh $(FUZZ_SECONDS)

install: build
	@cmake -S . -B $(BUILD) -DCMAKE_INSTALL_PREFIX=$(PREFIX) >/dev/null
	@cmake --build $(BUILD) >/dev/null
	cmake --install $(BUILD)

clean:
	rm -rf build build-*

.PHONY: all build demo test test-all bench bench-gcc coverage fuzz install clean
