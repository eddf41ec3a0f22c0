/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* lower.h - the state of lowering: one pass over a valid body, instructions of the bytecode come out.
 *
 * Registers of a function, in this order:
 *   locals      parameters first, with their exact types
 *   zero        nobody writes it: the base of accesses to fixed addresses; in modules with memories
 *   alternates  for stack positions that hold values of one class here and of another there, rare
 *   homes       one for each slot of the operand stack: of class X (numbers), R, E or N (references), as first used
 *   windows     for calls whose arguments do not fit the classes of their homes, rare
 *
 * A value on the operand stack is lazy: a local that nobody copied yet, a constant, a condition that a branch may
 * take, or a number or reference in its home. So most instructions name locals and constants directly.
 *
 * The two rare kinds need sizes that only a whole pass tells: then the function is lowered once more. */
#ifndef FRONT_WASM_LOWER_H
#define FRONT_WASM_LOWER_H
#include "front/wasm/wasm.h"
#include "ir/module.h"

enum val_kind { VAL_HOME, VAL_LOCAL, VAL_CONST, VAL_COND };

struct val {
    u8 kind, letter;        /* letter: I L F D V R E N */
    bool wide;              /* an I that is the low half of what the register holds, an i64 */
    u16 reg;                /* HOME, LOCAL */
    u32 slot;               /* of the operand stack */
    u32 local, under;       /* LOCAL: which; 1 + the index of the next lower value that is the same, 0: none */
    u64 imm;                /* CONST: bits, zero-extended */
};

/* Integer conditions come in pairs of opposites. */
enum cc { CC_EQ, CC_NE, CC_LT_U, CC_GE_U, CC_GT_U, CC_LE_U, CC_LT_S, CC_GE_S, CC_GT_S, CC_LE_S, CC_COUNT };

struct cond { u8 cc, letter; bool no; u32 slot; struct val b, c; }; /* no: the opposite, of floats */

enum block_kind { BLOCK_FUNC, BLOCK_PLAIN, BLOCK_LOOP, BLOCK_IF, BLOCK_ELSE, BLOCK_TRY };

struct block {
    u8 kind;
    u32 type;               /* as wasm_block_params() takes it */
    u32 sp, slot;           /* of the operand stack below its parameters */
    u32 label;              /* of the end; of a loop, of its start */
    u32 other;              /* BLOCK_IF: the label of else; BLOCK_TRY: index in tries */
    u32 stub, stub_table;   /* of br_table: label of the moves towards this block, in that br_table */
};

/* pc: NO_INDEX until bound; refs: 1 + the last instruction that goes there, 0: none; caught: exceptions go there */
struct label { u32 pc, refs; bool caught; };

struct local { u16 reg; u8 letter; u32 lazy; }; /* lazy: 1 + index of the topmost value that is this local */

enum { ALT_X, ALT_V, ALT_R, ALT_E, ALT_N, ALT_COUNT };
struct home { u8 cls; u16 alt[ALT_COUNT]; };    /* cls: 0, X, R, E, N; alt: 1 + the number of an alternate */

struct win_area { u32 at, n; };                 /* classes: at window_cls[at]; registers: so far behind the homes */

struct clause { u8 kind; u32 tag, label, slot; bool func; }; /* func: the label is the function's */

struct try {
    u32 start, end, where;  /* code that it covers; the instruction, for messages */
    u32 slot;               /* of the operand stack below it */
    u32 outer;              /* index of the try around it, or NO_INDEX */
    u32 clause, nclause;    /* in clauses */
    u32 label;              /* of what sorts exceptions */
};

struct lower {
    struct module *m;
    const struct wasm_module *w;
    struct func *f;
    struct error *e;
    struct bytes b;
    struct wasm_insn i;
    u16 arg;                /* of the row in lower.def */
    u32 at;                 /* offset of the instruction in the file */

    struct insn *code; u32 *where; u32 n, cap;
    u32 def; u8 def_letter; /* the last instruction, if it made the topmost value in its home; else NO_INDEX */
    bool wide_jumps;        /* targets take 32 bits */

    struct local *local; u32 nlocal, local_cap, local_regs;
    struct val *stack; u32 sp, stack_cap;
    u32 top;                /* slots of the operand stack in use */
    u32 settled;            /* no value below is a local */
    struct cond cond;       /* what the topmost value is, if its kind is VAL_COND */
    struct home *home; u32 nhome, home_cap;
    u32 zero_room, alt_room, home_room; /* rooms: as the pass before found out */
    struct buf alt_cls, window_cls, windows;
    bool split;             /* rooms are known */
    bool clash;             /* rooms are needed */

    struct block *block; u32 nblock, block_cap;
    struct label *label; u32 nlabel, label_cap;
    bool dead;              /* nothing comes here */
    u32 skip;               /* open blocks of dead code */
    u32 table;              /* number of the br_table, for stubs */
    struct buf tries, clauses, handlers, pool;
    u32 ntry, in_try;       /* in_try: the innermost, or NO_INDEX */
};

/* --- module.c, init.c --- */
int wasm_make_module(struct module *m, struct wasm_module *w, struct error *e);
bool has_init(const struct wasm_module *w);     /* an instance has something to do when it starts */
void lower_init(struct lower *l);               /* the body of that function */
/* Reads a constant expression: f if it is ref.func f, else NO_INDEX. */
u32 const_func(const struct wasm_module *w, struct bytes *b);

/* --- lower.c --- */
int wasm_lower(struct module *m, u32 f, struct error *e);
void lower_expression(struct lower *l, struct wasm_span s); /* a constant one; its value stays on the stack */
u32 emit(struct lower *l, u16 op, u32 a, u32 b, u32 c, u32 off, u32 imm); /* returns its index */
/* The same; the result is that of the topmost value, in its home, and may go elsewhere yet. */
void define(struct lower *l, u16 op, u32 a, u32 b, u32 c, u32 off, u32 imm);
void *more(struct lower *l, void *p, u32 *cap, u32 need, size_t size); /* room for `need` elements; NULL: failed */

/* --- lower_val.c: the operand stack and registers --- */
struct val *top_val(struct lower *l);
struct val pop(struct lower *l);
u16 push_home(struct lower *l, u8 letter);      /* returns the register */
void push_const(struct lower *l, u8 letter, u64 bits);
void push_local(struct lower *l, u32 x);
void drop_to(struct lower *l, u32 sp);          /* forgets values */
u16 use(struct lower *l, const struct val *v);  /* the register of a value just popped; constants are loaded */
u16 use_low(struct lower *l, const struct val *v); /* the same for operands of which the low half alone is read */
void put(struct lower *l, const struct val *v, u16 reg); /* into reg, a home or a window's register */
void move(struct lower *l, u16 to, u16 from, u8 letter);
void load_const(struct lower *l, u16 to, bool exact, u8 letter, u64 bits); /* exact: to is a local */
void settle(struct lower *l, u32 n);            /* the n topmost values go to their homes */
void settle_locals(struct lower *l);            /* all that are locals do */
void copy_out(struct lower *l, u32 x);          /* all that are local x do */
u16 home_of(struct lower *l, u32 slot, u8 letter);
/* Registers for a call at that slot, with the classes that parameters, and results from slot result_at on, ask for:
 * the homes (*own) or others. */
u16 window(struct lower *l, u32 slot, struct wasm_types params, struct wasm_types results, u32 result_at, bool *own);
bool imm_fits(u8 letter, u64 bits);

/* --- lower_num.c --- */
struct cond take_cond(struct lower *l);         /* pops an i32 as a condition */
void flip(struct cond *c);
void settle_cond(struct lower *l);              /* the topmost value becomes a number */
u32 label_new(struct lower *l);
void land(struct lower *l, u32 label);          /* lower_ctl.c: it is here */
void jump(struct lower *l, u32 label);
void jump_if(struct lower *l, struct cond *c, u32 label);
void jump_at(struct lower *l, u32 pc, u32 label); /* instruction pc goes there */

/* --- lower_ctl.c, lower_call.c, lower_exn.c --- */
void open_block(struct lower *l, enum block_kind kind, u32 type);
void carry(struct lower *l, u32 n, u32 slot);   /* the n topmost values to the homes from slot on; the stack stays */
void give_back(struct lower *l);                /* return with the topmost values */
void die(struct lower *l);
void open_try(struct lower *l);
void close_try(struct lower *l);
void sort_exceptions(struct lower *l);          /* behind the body */

/* Rules of lower.def, each for instruction l->i with l->arg. */
#define RULE(name) void lower_##name(struct lower *l);
RULE(nothing) RULE(drop) RULE(local_get) RULE(local_set) RULE(local_tee) RULE(constant) RULE(select)
RULE(binary) RULE(unary) RULE(same) RULE(wrap) RULE(compare) RULE(eqz) RULE(vector)
RULE(load) RULE(store) RULE(memsize) RULE(memgrow) RULE(object) RULE(atomic) RULE(fence)
RULE(global_get) RULE(global_set) RULE(table_get) RULE(table_set) RULE(table_size) RULE(table_grow)
RULE(ref_null) RULE(ref_func) RULE(ref_is_null) RULE(ref_as_non_null)
RULE(block) RULE(else) RULE(end) RULE(br) RULE(br_if) RULE(br_table) RULE(br_on_null) RULE(br_on_non_null)
RULE(return) RULE(unreachable) RULE(call) RULE(call_indirect) RULE(call_ref) RULE(throw) RULE(throw_ref)
#undef RULE

#endif
