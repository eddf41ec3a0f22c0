#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# kernel.sh - the same programs: the verdicts of the running kernel are those that their files say.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm-check" --kernel "$root/test/check/unsafe" "$root/test/check/safe"
