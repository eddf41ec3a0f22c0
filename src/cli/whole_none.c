/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* whole_none.c - of the command that is the whole one (whole.h). */
#include "cli/whole.h"

void whole_begin(void) {
}

int whole_instead(void) {
    return 0;
}

void whole_leave(int status) {
    (void)status;
}
