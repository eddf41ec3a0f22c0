/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* validate.h - what the files validate*.c share; private to ir/. All return 0, or the code of
 * the error that they have left. */
#ifndef IR_VALIDATE_H
#define IR_VALIDATE_H
#include "ir/module.h"

enum { MAX_VALUES = 65535 }; /* parameters, or results, of a type: as many as there are registers */

struct work {
    struct module *m;
    struct func *f;
    u32 pc;
    struct error *e;
};

/* Puts the place of the instruction in front of what went wrong there. */
int placed(struct work *w);
#define refuse(w, code, ...) (fail((w)->e, code, NOWHERE, __VA_ARGS__), placed(w))

u8 type_of(const struct func *f, u16 reg);
int check_target(struct work *w, s32 to, const char *what);
int check_index(struct work *w, u32 index, u32 n, const char *what);
bool may_raise(s32 trap); /* a program may raise it */

/* The function that starts an instance may set what others may not, so it runs once and nobody names it. */
static inline bool callable(const struct module *m, u32 f) { return !m->has_init || f != m->init; }

/* validate_tables.c: everything of a module but its code */
int validate_tables(struct module *m, const struct limits *l, struct error *e);
/* validate_typed.c: the registers; then, once its code stands, handlers and each instruction, which w->pc names */
int typed_signature(struct work *w);
int typed_handlers(struct work *w);
int typed_insn(struct work *w, const struct insn *i);

#endif
