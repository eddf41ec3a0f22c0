/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* whole.h - the command in two builds, where the system has a static C library.
 *
 *   bin/supervm              static: starts in half the time, and runs WebAssembly, which needs no library
 *   libexec/supervm/supervm  the same with these libraries, for all else
 *
 * The first runs the second in its own place, before anything was read or written that cannot be so once more. */
#ifndef CLI_WHOLE_H
#define CLI_WHOLE_H

/* In the static build: memory is taken from the system in large pieces, since each costs as much as a page of it. */
void whole_begin(void);
/* In the static build: does not come back, or says why and returns EXIT_REFUSED. In the whole one: 0. */
int whole_instead(void);
/* In the static build: the process ends here, and the system takes it all back at once. In the whole one: nothing. */
void whole_leave(int status);

#endif
