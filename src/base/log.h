/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* log.h - lines to stderr about what the library does by itself, for who asks by $SUPERVM_LOG: info or debug (info too).
 * For what happens a few times in a program's life: the variable is read each time. */
#ifndef BASE_LOG_H
#define BASE_LOG_H
#include "base/types.h"

enum log_level { LOG_INFO = 1, LOG_DEBUG };
bool log_wants(enum log_level l);
/* One line, "supervm: llvm: ...". */
void log_say(enum log_level l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
