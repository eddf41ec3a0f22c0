/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* global.h - global functions: what their signature in BTF says of their arguments. */
#ifndef CHECK_GLOBAL_H
#define CHECK_GLOBAL_H
#include "check/inner.h"

/* Fills fn.arg and fn.narg of a global function; false: BTF does not say, and it is walked like a static one. */
bool global_signature(struct check *c, u32 func);
bool may_change_packet(struct check *c, u32 func); /* it, or what it calls */

#endif
