/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* build_id.c - a hash of all sources of the library and of its plug-in (cmake/build_id.cmake). */
#include "base/build_id.h"
#include "supervm_build_id.h"

const char *svm_build_id(void) {
    return SVM_BUILD_ID;
}
