/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* ebpf.h - eBPF functions as LLVM IR: what their files share.
 *
 *   ebpf.c       modules: where pointers come from; a function from begin to end
 *   ebpf_mem.c   accesses of host memory
 *   ebpf_seen.c  what of it is known to be good already
 *   ebpf_call.c  helpers, what a register names
 *   ebpf_pass.c  functions of the program: how they are entered, call each other and come back
 *   ebpf_map.c   lookups that are done in place
 *
 * A function is a native_ebpf (abi/native.h), or, where the program calls it by name, {r0, fuel} (cx, fuel, r1 .. r5,
 * depth, r10) with a native_ebpf in front for hosts. Its frame is memory of the run at r10; or, where all that touches it is
 * known, memory of its own that LLVM takes apart. */
#ifndef LLVM_PLUGIN_EBPF_H
#define LLVM_PLUGIN_EBPF_H
#include "engine/llvm/plugin/lower.h"

enum { MAY_GOTO_LOOPS = 8 << 20 }; /* of each may_goto's frame, as in the other engines */

/* A lookup that the code does itself: of a map that is certain, with a key at r10 + key. */
struct lookup {
    u32 map;
    s32 key;
};
enum { NO_LOOKUP = 0xffffffffu };

/* One function: what is known before any is lowered. */
struct ebpf_unit {
    struct cfg g;
    struct live live;
    struct origins o;
    u32 *lookup;                /* of each instruction: index in of[], or NO_LOOKUP; NULL: it has none */
    struct lookup *of; u32 nlookup;
    struct inline_csum **csum;  /* of each instruction (inline.h); NULL: there are none */
    bool frame_seen;            /* a helper is given an address in the frame */
    u32 ncall;                  /* instructions that call it */
    bool calls;                 /* it calls functions of the program */
    bool own, moves;            /* ebpf_pass.c: how it is called; regions may be elsewhere when it comes back */
};
struct ebpf_module {
    struct ebpf_unit *unit;     /* by function; of typed ones unused */
    const struct ctxtype *ctx;  /* of all programs, where that is one; else NULL */
    bool constants;             /* inline_data.c: a map is constant */
    struct host_code *code;     /* inline_code.c: functions of the host that were linked in */
    LLVMValueRef helpers, functions; /* tables for callx; NULL: not needed yet */
};

/* What an access is compared for: bytes lo .. hi - 1 from its register on, of which the first is looked at if low, the
 * last if high. */
struct sight {
    s32 lo, hi;
    bool low, high;
};

struct lebpf {
    const struct ebpf_unit *u;
    const struct fact *fact;    /* of each instruction; NULL: nothing was proven */
    const struct ctxtype *ctx;  /* of proven contexts; NULL: not known */
    struct switches switches;
    LLVMValueRef r10, frame;    /* r10, and as a pointer */
    bool own_frame;             /* it is memory of this function's own */
    LLVMValueRef rows;          /* alloca: cx->region */
    LLVMValueRef may;           /* alloca: rounds that may_goto leaves; NULL: there is none */
    struct sight *sight[2];     /* of each instruction, of fast blocks and of those that runs begin in; NULL: nobody asked yet */
};

bool is_proven(const struct lfunc *f, u32 bit); /* by the checker, of f->pc: FACT_SAFE or FACT_NONZERO */

struct sight sight_of(struct lfunc *f, const struct insn *i); /* ebpf_seen.c: of f->pc */
enum loaded_field { NO_FIELD, PACKET_BEGIN, PACKET_END, OTHER_FIELD };
enum loaded_field loaded_field(struct lfunc *f, u32 pc); /* ebpf_mem.c: of a context, by fast blocks; PACKET_*: of REGION_PACKET */
bool may_miss(const struct lfunc *f); /* ebpf_mem.c: what f->pc accesses is compared with the likely region */
struct bounds { LLVMValueRef begin, length; };
struct bounds likely_bounds(struct lfunc *f); /* ebpf_mem.c: of the region where f->pc's access likely is */
LLVMValueRef call_helper(struct lfunc *f, LLVMValueRef h); /* ebpf_call.c: h: a struct helper; its result */
void reload_rows(struct lfunc *f); /* after what may move cx->region */
bool lower_host(struct lfunc *f, const struct insn *i);      /* ebpf_mem.c: LD ST ATOM PKT */
bool lower_ebpf_call(struct lfunc *f, const struct insn *i); /* ebpf_call.c: helpers, functions, exit */

/* ebpf_pass.c */
void declare_function(struct lmodule *lm, u32 index); /* unit.ncall stands */
void find_movers(struct lmodule *lm);                 /* unit.moves; unit.calls stands, and what is done in place */
bool moves_regions(const struct lfunc *f, u32 pc);    /* the call there does */
void fill_enter(struct lmodule *lm, u32 index);       /* what a host enters, in front of a function of the other kind */
void take_arguments(struct lfunc *f);
void return_r0(struct lfunc *f, LLVMValueRef r0);     /* ends the block */
LLVMValueRef call_known(struct lfunc *f, u32 index);          /* r0 */
LLVMValueRef call_entered(struct lfunc *f, LLVMValueRef fn);  /* a native_ebpf; r0 */

/* ebpf_map.c */
/* Makes room for unit.lookup; c fills it, and frame_seen, while origins of the function are found. */
int plan_lookups(struct lmodule *lm, u32 index, struct origin_calls *c);
bool is_in_place(const struct lfunc *f, u32 pc); /* the call there is such a lookup */
bool lookup_is_good(const struct lmodule *lm, u32 map, bool write); /* what it gives is 0, or may be read (written) for certain */
LLVMValueRef lower_lookup(struct lfunc *f, const struct lookup *k); /* the result */

#endif
