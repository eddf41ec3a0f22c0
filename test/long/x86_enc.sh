#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# x86_enc.sh - test/x86_enc.sh with all triples of registers, and every address with each instruction.
SVM_FULL=1 exec bash "$(dirname "$0")/../x86_enc.sh" "$@"
