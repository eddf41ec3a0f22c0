#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# escape.sh - test/wasi/calls.sh once more, its guest trying to leave its folder for ten seconds each way.
SVM_ESCAPE_MS=10000 exec bash "$(dirname "$0")/../wasi/calls.sh" "$@"
