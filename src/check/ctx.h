/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ctx.h - contexts as the checker sees them: of each type of program what may be read and written, and which results
 * are allowed. Types that the runtime has a table for use it (abi/ctxtype.h); the others stand in ctx.def. */
#ifndef CHECK_CTX_H
#define CHECK_CTX_H
#include "abi/ctxtype.h"

/* What a load of a field gives. */
enum ctx_what { CTX_NUMBER, CTX_PKT, CTX_PKT_END, CTX_PKT_META, CTX_SOCKET, CTX_SOCKET_HERE /* never null */ };
struct ctx_span { u8 owner, unit, what, access; u16 off, size; };

struct ctx_layout {
    const char *name;              /* the kernel's, "sock_ops" */
    const struct ctxtype *type;    /* has a table of fields; else span or bytes */
    bool runtime;                  /* and runs have that table */
    u32 size;                      /* 0: no context to speak of (raw memory) */
    const struct ctx_span *span; u32 nspan;
    bool bytes;                    /* any aligned access below size */
    bool writable;                 /* bytes */
    bool packet_read, packet_write;
    u32 as_kinds;                  /* helpers of these kinds of programs work too (bits by enum prog_kind) */
    bool ranged; s32 least, most;  /* results */
};
/* kind: enum prog_kind; name: the kernel's name of the program type, or NULL; section: may be NULL. */
void ctx_layout(struct ctx_layout *t, u8 kind, const char *name, const char *section);
/* The access: enum ctx_what in *what; false: not allowed. */
bool ctx_access_ok(const struct ctx_layout *t, s64 off, u32 size, bool write, u8 *what);

#endif
