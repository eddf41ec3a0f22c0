#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# coverage.sh - runs the tests in a build that counts lines; prints the table, leaves build-coverage/report/.
set -u
cd "$(dirname "$0")/.." || exit 1
dir=build-coverage
CC=gcc tools/build.sh $dir -DSVM_COVERAGE=ON -DCMAKE_BUILD_TYPE=Debug || exit 1
find $dir -name '*.gcda' -delete
tools/test.sh $dir | sed -n '/tests passed, /,$p'
mkdir -p $dir/report
gcovr --gcov-ignore-parse-errors --root . --filter src/ --object-directory $dir --html-details $dir/report/index.html --txt - 2>$dir/gcovr.log |
    awk '{ print } /^TOTAL/ { total = $NF } END { print "\nline coverage: " total "  (by line: build-coverage/report/index.html)" }'
