/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* here.h - files that were installed, or built, with this library. */
#ifndef BASE_HERE_H
#define BASE_HERE_H
#include "base/buf.h"

/* The path of lib/supervm/NAME, seen from where the library lies, or the command that it is part of. False: it is not there. No
 * environment and no search path has a word in it. */
bool here_find(struct buf *path, const char *name);

#endif
