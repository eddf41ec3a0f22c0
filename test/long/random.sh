#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# random.sh - a million random programs of eBPF, and as many typed functions, in every engine against an evaluator.
. "$(dirname "$0")/../lib.sh"
ok ebpf "$bin/unit-engine_random" 1000000 1000000
ok typed "$bin/unit-engine_typed_random" 1000000 1000000
finish
