#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# wasmdiff.sh - as test/wasmdiff.sh, with many more modules.
SVM_WASMDIFF_FIRST=10000 SVM_WASMDIFF_COUNT=${SVM_WASMDIFF_COUNT:-5000} exec "$(dirname "$0")/../wasmdiff.sh" "$@"
