/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* core_own.c - CO-RE against the object's own types: all stays as compiled, and a flavour is
 * measured by the plain type. */
#include "core.c"
