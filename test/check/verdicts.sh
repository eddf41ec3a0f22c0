#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# verdicts.sh - unsafe programs are rejected, each with its message, and safe ones accepted.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm-check" "$root/test/check/unsafe" "$root/test/check/safe"
