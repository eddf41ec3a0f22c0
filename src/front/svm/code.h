/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* code.h - functions of a .svm file, and their instructions as slots. */
#ifndef FRONT_SVM_CODE_H
#define FRONT_SVM_CODE_H
#include "front/svm/io.h"

io_row io_func;

#endif
