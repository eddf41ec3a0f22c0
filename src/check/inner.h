/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inner.h - what the files of the checker share; private to check/.
 *
 *   check.c   the entry: what holds when a program or a global function begins, the result
 *   walk.c    every path, one after the other            prune.c  states that an earlier one covers
 *   step.c    one instruction                            branch.c what a condition says
 *   mem.c     loads, stores, memory that is passed on    stack.c  the frame, byte by byte
 *   ranges.c  what is known of numbers, for engines      summary.c calls that came to what another did
 *   btf_types.c objects of the kernel                    btf_args.c which of them programs are given
 *   btf_call.c functions that only the kernel has        kptr.c   objects that map values keep
 *   call.c    calls of helpers and functions             effects.c what the table of helpers does not say
 *   kfunc.c   the same of kfuncs                         cost.c   what calls take beside their instruction
 *
 * What is not proven is noted with unproven(), and the walk goes on as if the check at run time had passed; in strict
 * mode stop is set, which every loop looks at. */
#ifndef CHECK_INNER_H
#define CHECK_INNER_H
#include "check/ctx.h"
#include "check/state.h"
#include "ir/cfg.h"

enum { NO_CKPT = 0xffffffffu, MAX_VAR = 1 << 29, MAX_MAP_FIELDS = 12 };

enum { /* fn.mark[pc] */
    M_PRUNE = 1,   /* states are kept and compared here */
    M_FORCE = 2,   /* always */
    M_FAILED = 4,  /* noted as not proven */
    M_HEAD = 8,    /* the head of a loop */
    M_ACCESS = 16, /* an access of host memory was seen */
    M_BLOCK = 32,  /* a block begins */
};

struct summary;
enum { KEPT = 8 }; /* summaries of a function */
enum { PLAIN = 1, LOOPS };

struct fn { /* a function of the module, once it has been reached */
    bool ready, loops; /* loops: or callbacks, which are run again and again */
    u8 global;      /* enum global_state */
    u8 moves;       /* whether it may move the packet: 0 not known yet, STAYS, MOVES */
    struct cfg cfg;
    u32 *order;     /* of each block, its place in reverse post order */
    u16 *live;      /* registers that are read later, in front of each instruction */
    u8 *mark;
    struct fact *fact;
    struct known *known; /* ranges.c; NULL: nothing yet */
    u32 depth;      /* bytes of the frame that it uses */
    struct summary *sum[KEPT]; u32 nsum; /* of calls that were looked at in this pass */
    u8 plain;       /* whether it, and what it calls, has no loop: 0 not known yet, PLAIN, LOOPS, or it is being found out */
    u32 ncall;      /* calls of it in the code of the module */
    bool narrow;    /* for any arguments it is not proven */
    u64 length;     /* GLOBAL: most instructions of a call; 0: not known, or not yet */
    u32 asked;      /* GLOBAL: the look (check.looks) that came to it last */
    const struct reg *arg; /* GLOBAL: what r1 .. r5 are at entry */
    u32 narg;
};
/* A function that is looked at by itself, for the calls of it that are given as much or less (summary.c). */
enum { PART_EXITS = 12, PART_FUNCS = 24 };
struct part {
    struct part *outer;
    u32 nframe;             /* its frame is the last of so many */
    u32 func[PART_FUNCS], nfunc; /* functions that are come to; more: odd */
    u32 deep;               /* most frames beyond its own */
    u64 touched[FRAMES];    /* slots of the frames below that were read or written */
    bool forgets;           /* packets that were moved */
    bool odd;               /* something happened that a summary does not tell */
    struct state entry, exit[PART_EXITS]; u32 nexit;
};
enum global_state { GLOBAL_NO, GLOBAL_DONE };
enum { STAYS = 1, MOVES };

/* What the values of a map hold that is not just bytes. */
enum field_of_map { MF_LOCK, MF_TIMER, MF_WQ, MF_KPTR, MF_LIST, MF_TREE, MF_NODE, MF_REF };
/* LIST, TREE: type of the objects, where the node is in them; KPTR: what it points at, node: 1 where it does not own that. */
struct map_field { u8 kind; u32 off, size, type, node; };
struct map_info { bool ready; u32 n; struct map_field f[MAX_MAP_FIELDS]; };

/* A state that was kept, and what the walk from it on has shown. */
struct saved { u8 frame, loc; struct reg r; }; /* loc: register, or 16 + slot */
struct ckpt {
    u32 parent, next, open; /* open: paths from here that are not at their end */
    u32 hits, misses, why;  /* why: the saved register that did not cover the last state that was compared */
    bool listed, forced;
    u32 pc, nframe;
    u64 path;               /* instructions up to here */
    u64 longest;            /* most from here to the end of a path */
    u64 precise[2];         /* dependency bits whose exact range mattered later */
    u64 live[FRAMES];       /* slots read later, a word a frame */
    u64 written[FRAMES];    /* slots written between the parent and here */
    u32 nref; struct ref ref[REFS];
    u32 lock_map, lock_uid; s64 lock_off;
    u16 rcu, preempt;
    u32 rounds;
    u64 buf_min;
    u32 pkt_len; bool len_used; /* that the packet has so many bytes mattered later */
    struct { u32 func, ret; u8 cb; u32 lo; const u8 *byte; } f[FRAMES];
    u32 n; struct saved *e;
    u64 size;               /* bytes in all */
};

struct pending { struct state s; u32 ways; };
struct asked { u32 func; u8 looks; u64 steps; }; /* looks: at it, so far; steps: that the first took */

struct check {
    const struct link_view *l;
    const struct module *m;
    const struct prog *prog;
    const struct check_options *o;
    struct check_result *r;
    struct error *e;
    struct arena tmp;
    struct pool pool;
    const struct ctx_layout *ctx;
    struct ctx_layout layout;
    struct fn *fn;
    struct map_info *map;
    struct { u32 type; struct map_info info; } type[16]; u32 ntype;
    struct state s;        /* where the walk stands */
    struct pending *todo; u32 ntodo, captodo;
    struct ckpt **ckpt; u32 nckpt, capckpt, freeckpt;
    u32 *bucket; u32 nbucket;
    u64 memory, max_steps, max_memory;
    u32 *way; u32 capway;  /* instructions of the path, as module slots */
    u32 next_id;
    u32 jumps, insns, last_jumps, last_insns; /* since a checkpoint was last made, as the kernel counts them */
    bool stop;             /* rejected in strict mode, out of memory or budget */
    bool gave_up;          /* the walk is not complete: no facts */
    u64 length;            /* most instructions of what is looked at */
    bool endless;          /* a loop whose length is not known */
    bool waits;            /* nor is that of a global function, as yet */
    bool again;            /* it is looked at for its length alone */
    struct asked *asked; u32 nasked, capasked; /* what is to be looked at by itself, on top of what asked for it */
    u32 looks;
    bool pays;             /* something that is called may take fuel of its own */
    bool over;             /* this path is at its end */
    u32 pc, func;          /* the instruction that is looked at */
    u32 entry;             /* the function that the walk began in */
    struct check_fail *last, none; /* what unproven() gave */
    struct check_fail spent; /* how the walk came to its end, where it did before the program was seen; reason 0: not so */
    u32 capfail;
    bool log_joined;       /* join.c tells its states: it is known to be the last to look */
    bool quiet;            /* what is found does not count yet (join.c) */
    struct btf_types *btf; /* NULL: not asked for yet */
    void *join;            /* what join.c is at; NULL: nothing */
    struct part *part;     /* the function that is looked at by itself; NULL: none */
    u64 noted;             /* things that were not proven, also where they do not count */
    bool counted;          /* calls (fn.ncall) */
    bool settled;          /* all was seen in joined states: what ranges.c knows holds */
    bool patient;          /* these go on where something is not proven, also where it is refused for that in the end */
    bool ranging;          /* what is seen of numbers counts (ranges.c) */
    bool special;          /* maps may hold locks, timers and the like */
    u32 len_id;            /* raw programs: of the length of their memory; 0: none */
};

/* --- check.c --- */
/* Notes that the instruction is not proven, once for each; what comes back is filled in by the caller. reg: -1 for none. */
struct check_fail *unproven(struct check *c, u8 reason, int reg);
void out_of_memory(struct check *c);
struct fn *function(struct check *c, u32 f); /* its graph and tables; NULL: out of memory */
void note(struct check *c, u16 bits, u32 region, s64 off); /* what is proven of this access */
const struct map_info *map_info(struct check *c, u32 map);
const struct map_info *type_info(struct check *c, u32 type); /* of a type of the program's BTF; NULL: too many */

/* --- ranges.c --- */
/* In front of each instruction of the last round over joined states, and behind it: with how many frames and ways that wait it began. */
void known_before(struct check *c);
void known_after(struct check *c, u32 nframe, u32 ntodo);
void known_facts(struct check *c, u32 func, struct func_facts *out); /* into its facts */
bool known_meet(const struct func_facts *a, const struct func_facts *b, struct func_facts *out, struct arena *arena);

/* --- btf_types.c, btf_args.c --- */
bool btf_task(struct check *c, struct reg *out); /* a task_struct */
/* Is there such a member; what a load of it gives that is no number is put into out. *name: of the place, for a message; both may be NULL. */
bool btf_member(struct check *c, const struct reg *p, s64 off, u32 size, struct reg *out, const char **name);
bool btf_may_write(struct check *c, const struct reg *p, s64 off, u32 size); /* to this member, of what is there */
void btf_cast(struct check *c, u64 type, struct reg *out);     /* as a type of the program's BTF says it, where that is a struct */
void btf_kernel_context(struct check *c, struct reg *out);     /* what the kernel has behind the context, where it is known */
bool btf_points_at(struct check *c, const struct reg *p, const char *type); /* an object that is, or begins with, a struct of that name */
void btf_leave_rcu(struct check *c); /* the last section was left */
const char *btf_words(struct check *c, const struct reg *r, struct arena *a); /* of a VAL_BTF "task_struct"; a: a copy, NULL: no memory */
void btf_types_drop(struct check *c);
bool ends_in(const char *name, const char *with);
/* What a program at a function, tracepoint and the like of the kernel is given at that place of its context. False: a number, or not known. */
bool btf_argument(struct check *c, s64 off, u32 size, struct reg *out);
bool btf_may_read(struct check *c, s64 off, u32 size); /* false: it is given nothing there, or not in parts */
bool btf_result(struct check *c, s64 *least, s64 *most); /* false: it has none; what is allowed is left or set */

/* --- trail.c --- */
void trail(struct check *c, struct check_fail *x); /* how the value came there */

/* --- walk.c --- */
void walk(struct check *c); /* from c->s on */
void log_state(struct check *c);
/* Another way to go on, later: NULL: out of memory, stop is set. It is as c->s, and its pc is to be set. */
struct state *fork_state(struct check *c);
static inline struct frame *top(struct check *c) { return c->s.f[c->s.nframe - 1]; }
struct frame *own(struct check *c, u32 k); /* to write; NULL: out of memory */
struct frame *own_slots(struct check *c, u32 k, u64 slots); /* no more than these */
static inline u32 top_index(const struct check *c) { return c->s.nframe - 1; }
static inline u32 new_id(struct check *c) { return ++c->next_id; }
/* Rounds that the runtime bounds are counted in joined states alone. */
static inline void uncounted(struct check *c) { c->endless |= !c->join; }

/* --- prune.c --- */
/* At a place where states are kept: is this one covered (the path is over), else it may be kept. */
void prune_at(struct check *c, bool force);
void path_ended(struct check *c, u64 rest); /* it was a whole one: its length counts */
void way_closed(struct check *c);           /* s is left, whatever the reason */
void precise(struct check *c, const struct reg *r); /* its range mattered */
void length_used(struct check *c); /* that the packet has s.pkt_len bytes mattered */
void slots_read(struct check *c, u32 frame, u64 slots);
void release_ckpts(struct check *c);
void add_length(struct check *c, u64 n); /* of what is called here; 0: not known */
/* What is called by an id in one state is called so in the other. */
struct ids { u32 n, old[96], cur[96]; };
bool same_id(struct ids *m, u32 old, u32 cur);
bool reg_within(const struct reg *o, const struct reg *s, struct ids *m); /* s allows no more than o does */

/* --- step.c, branch.c --- */
void step(struct check *c); /* the instruction at s.pc; moves it on */
void check_branch(struct check *c, const struct insn *i);
const struct reg *read_reg(struct check *c, u16 r); /* NULL: never written, noted */
void set_reg(struct check *c, u16 r, const struct reg *v);
void name_number(struct check *c, struct reg *r); /* its own id */
void set_scalar(struct check *c, u16 r, struct scalar v);

/* --- mem.c, stack.c --- */
void load(struct check *c, const struct insn *i);
void store(struct check *c, const struct insn *i);
void atomic(struct check *c, const struct insn *i);
/* Memory that a function is given: size bytes from register r on. write: it fills them. False: not proven, noted. */
bool pass_memory(struct check *c, u16 r, u32 arg, u64 size, bool write, const char *name);
u64 stack_slots(s64 off, u64 size); /* which slots these bytes are in; size > 0 */
bool stack_readable(struct check *c, u32 frame, s64 off, u64 size, s64 *bad);
bool stack_holds_object(const struct check *c, u32 frame, s64 off, u64 size); /* a dynptr, iterator or the like is there */
void stack_clobber(struct check *c, u32 frame, s64 off, u64 size); /* some numbers are written there */
void stack_havoc(struct check *c); /* anything may have been written to */
bool stack_load(struct check *c, u32 frame, s64 off, u32 size, struct reg *out);
void stack_store(struct check *c, u32 frame, s64 off, u32 size, const struct reg *v);

/* --- call.c, effects.c, kfunc.c --- */
/* A call of a helper or kfunc, its arguments checked one after the other. */
struct callee {
    const struct helper *h;
    const char *name;
    u32 id;                /* of a helper; 0: a kfunc */
    u32 map, map_uid; bool inner; /* the last map argument */
    const struct map_def *def;    /* what its keys and values are */
    u32 func;              /* the last function argument */
    u64 size;              /* the last size, at most */
    struct reg result;
    bool no_return, entered; /* entered: s stands in the callback */
};
void call(struct check *c, const struct insn *i);
void kptr_load(struct check *c, const struct map_field *f, struct reg *out);          /* kptr.c */
bool kptr_exchange(struct check *c, struct callee *k, const struct map_field *f);
bool kernel_call(struct check *c, struct callee *k); /* btf_call.c; false: the kernel has none of that name, or it is not known enough */
bool string_arg(struct check *c, struct callee *k, u16 r);
bool dynptr_arg(struct check *c, struct callee *k, u16 r, struct reg *out);
bool may_sleep_here(const struct check *c);
enum iter_step { ITER_NEW, ITER_NEXT, ITER_DESTROY };
/* Of iterators of the kernel's types. rcu: it is for the section alone; elem: what it gives. */
bool iter_call(struct check *c, struct callee *k, u8 step, u32 kind, u32 slots, bool rcu, const struct reg *elem);
bool helper_effects(struct check *c, struct callee *k); /* what the table of helpers does not say; false: not proven */
bool kfunc_effects(struct check *c, struct callee *k);
bool is_const_arg(struct check *c, struct callee *k, u16 r, u64 *v); /* noted where not */
bool arg_fails(struct check *c, struct callee *k, u8 reason, u16 r);
void forget_packets(struct check *c);
void drop_ref(struct check *c, u32 id); /* pointers to it go as well */
bool take_ref(struct check *c, u8 kind, u32 *id);
u32 find_field(const struct map_info *mi, u8 kind); /* index, or NO_INDEX */
bool changes_packet(u32 id);
bool calls_back(u32 id);   /* helpers that run a function before they return */

/* --- cost.c --- */
void call_cost(struct check *c, const struct callee *k, bool proven); /* proven: its arguments are */
/* The run ends here, in the middle of blocks that are paid for from their begin on: what is left of them counts. */
void cut_off(struct check *c);
u64 rest_of_blocks(const struct check *c, const struct state *s, u32 nframe); /* of the first frames of s */

/* --- sub.c --- */
enum callback_kind { CB_NONE, CB_LOOP, CB_EACH, CB_TIMER, CB_DRAIN, CB_VMA, CB_LESS };
void call_function(struct check *c, u32 func);
void call_back(struct check *c, struct callee *k, u8 kind); /* forks a way through the function */
void leave(struct check *c); /* exit */
void leave_frame(struct check *c, const struct reg *r0); /* to the caller, which gets r0 */
bool enter_function(struct check *c, struct state *s, u32 func, u32 ret, u8 cb);

#endif
