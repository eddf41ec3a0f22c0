/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* traps.c - the text and the class of a trap, from the rows of traps.def. */
#include "abi/ctx.h"

enum class { TRAP, LIMIT, CTRL };

static const struct trap_row {
    u32 code;
    u8 class;
    const char *text;
} rows[] = {
#define TRAP_ROW(name, code, class, text) {code, class, text},
#include "abi/traps.def"
};

static const struct trap_row *row_of(u32 trap) {
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i].code == trap)
            return &rows[i];
    return NULL;
}

const char *trap_name(u32 trap) {
    const struct trap_row *r = row_of(trap);
    return r ? r->text : trap ? "unknown trap" : "no trap";
}

bool trap_is_limit(u32 trap) {
    const struct trap_row *r = row_of(trap);
    return r && r->class == LIMIT;
}
