/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report_words.c - why something is not proven, in words: what it is, what was needed and what was known, what helps.
 */
#include "check/report.h"
#include <string.h>

void report_text(struct buf *b, const char *text, size_t n) {
    for (size_t k = 0; k < n && text[k]; k++)
        if (text[k] == '\t')
            buf_printf(b, " ");
        else
            buf_printf(b, "%c", (u8)text[k] < ' ' || text[k] == 127 ? '?' : text[k]);
}

static void name_of(struct buf *b, const struct check_fail *f, const char *otherwise) {
    if (f->name)
        report_text(b, f->name, 120);
    else
        buf_printf(b, "%s", otherwise);
}

static void bytes(struct buf *b, u64 n) {
    buf_printf(b, "%llu byte%s", (unsigned long long)n, n == 1 ? "" : "s");
}

static void access_of(struct buf *b, const struct check_fail *f) {
    buf_printf(b, "%s of ", f->write ? "write" : "read");
    bytes(b, f->size);
}

static void argument(struct buf *b, const struct check_fail *f) {
    if (f->arg)
        buf_printf(b, "argument %u of ", f->arg);
    name_of(b, f, "the call");
}

/* "the packet", "map value" */
static void memory_of(struct buf *b, const struct check_fail *f) {
    buf_printf(b, "the %s", check_value_kind(f->value.kind));
}

void report_headline(struct buf *b, const struct module *m, const struct check_fail *f) {
    (void)m;
    switch ((enum check_reason)f->reason) {
    case CHECK_UNINIT_REG: buf_printf(b, "r%d is read, and nothing was ever written to it", f->reg); return;
    case CHECK_UNINIT_STACK:
        access_of(b, f);
        buf_printf(b, " of the stack of which some were never written");
        return;
    case CHECK_NOT_POINTER:
        access_of(b, f);
        buf_printf(b, " at an address that is a number");
        return;
    case CHECK_NULLABLE:
        if (f->arg)
            argument(b, f);
        else
            buf_printf(b, "r%d", f->reg);
        buf_printf(b, " may be null");
        return;
    case CHECK_BOUNDS:
    case CHECK_STACK_BOUNDS:
        access_of(b, f);
        buf_printf(b, " outside ");
        f->reason == CHECK_STACK_BOUNDS ? buf_printf(b, "the frame") : memory_of(b, f);
        return;
    case CHECK_VAR_OFFSET:
    case CHECK_READ_ONLY:
    case CHECK_MAP_ACCESS:
    case CHECK_CTX_FIELD:
    case CHECK_SPECIAL_FIELD:
    case CHECK_BTF_ACCESS:
        access_of(b, f);
        buf_printf(b, ": %s", check_reason_text(f->reason));
        if (f->name) {
            buf_printf(b, " (");
            name_of(b, f, "");
            buf_printf(b, ")");
        }
        return;
    case CHECK_HELPER_UNKNOWN:
    case CHECK_HELPER_KIND:
    case CHECK_LICENSE:
    case CHECK_MAP_KIND:
    case CHECK_SLEEPABLE:
    case CHECK_IN_LOCK:
        if (f->name) {
            name_of(b, f, "");
            buf_printf(b, ": ");
        }
        buf_printf(b, "%s", check_reason_text(f->reason));
        return;
    case CHECK_ARG_TYPE:
    case CHECK_ARG_SIZE:
    case CHECK_ARG_MEMORY:
    case CHECK_SUBPROG_ARG:
    case CHECK_UNTRUSTED:
        argument(b, f);
        buf_printf(b, ": %s", check_reason_text(f->reason));
        return;
    case CHECK_REF_LEAK:
        buf_printf(b, "what ");
        name_of(b, f, "a function");
        buf_printf(b, " gave is not released on this path");
        return;
    case CHECK_STACK_DEPTH:
        buf_printf(b, "the frames of this chain of calls take %llu bytes, and %llu are allowed",
                   (unsigned long long)f->size, (unsigned long long)f->have);
        return;
    case CHECK_LOOP: buf_printf(b, "no end of this loop was found"); return;
    case CHECK_FP_WRITE:
    case CHECK_NOT_SCALAR:
    case CHECK_POINTER_ARITH:
    case CHECK_LEAK:
    case CHECK_PARTIAL_SPILL:
    case CHECK_ALIGN:
    case CHECK_CALLBACK:
    case CHECK_CALL_DEPTH:
    case CHECK_RECURSION:
    case CHECK_INDIRECT_CALL:
    case CHECK_REF_STATE:
    case CHECK_LOCK_STATE:
    case CHECK_SECTION:
    case CHECK_DYNPTR:
    case CHECK_ITERATOR:
    case CHECK_RETURN_RANGE:
    case CHECK_RETURN_TYPE:
    case CHECK_BUDGET:
    case CHECK_EXPLICIT_TRAP:
    case CHECK_BAD_INSN:
    case CHECK_POISON:
    case CHECK_GOTO:
    case CHECK_ARENA:
    case CHECK_OK:
    case CHECK_REASONS: break;
    }
    buf_printf(b, "%s", check_reason_text(f->reason));
    if (f->name) {
        buf_printf(b, " (");
        name_of(b, f, "");
        buf_printf(b, ")");
    }
}

/* How much of a region an access needs, counted as its size is: from the part that is not constant on, or from its
 * start. */
static void needed(struct buf *b, const struct check_fail *f) {
    const struct check_value *v = &f->value;
    s64 at = (s64)((u64)v->off + (u64)f->off), end = (s64)((u64)at + f->size); /* they may wrap, of what is far away */
    switch ((enum value_kind)v->kind) {
    case VAL_PACKET:
    case VAL_PACKET_META:
        if (at < 0)
            buf_printf(b, ", and the access begins %lld bytes before", (long long)(0 - (u64)at));
        else
            buf_printf(b, ", %lld needed", (long long)end);
        return;
    case VAL_MAP_VALUE:
    case VAL_MAP_KEY:
    case VAL_MEM:
        if (scalar_is_const(&v->var)) {
            at = (s64)((u64)at + v->var.umin);
            end = (s64)((u64)end + v->var.umin);
            buf_printf(b, at < 0 ? ", and the access begins %lld bytes before it" : ", and the access ends at %lld",
                       at < 0 ? (long long)(0 - (u64)at) : (long long)end);
        } else if (v->var.smin < 0 && (s64)((u64)v->var.smin + (u64)at) < 0) {
            buf_printf(b, ", and the offset may be negative");
        } else if (v->var.umax > INT32_MAX) {
            buf_printf(b, ", and the offset has no bound");
        } else {
            buf_printf(b, ", and the access may end at %lld", (long long)((s64)v->var.umax + end));
        }
        return;
    case VAL_STACK:
        if (scalar_is_const(&v->var))
            buf_printf(b, ", and the access covers r10%+lld to r10%+lld", (long long)((u64)at + v->var.umin),
                       (long long)((u64)end + v->var.umin));
        return;
    case VAL_NONE:
    case VAL_SCALAR:
    case VAL_CTX:
    case VAL_PACKET_END:
    case VAL_MAP:
    case VAL_BUFFER:
    case VAL_FUNC:
    case VAL_DYNPTR:
    case VAL_OBJECT:
    case VAL_UNTRUSTED:
    case VAL_BTF:
    case VAL_SOCKET:
    case VAL_ARENA:
    case VAL_LABEL:
    case VAL_KINDS: break;
    }
}

void report_known(struct buf *b, const struct module *m, const struct check_fail *f) {
    if (f->reg < 0)
        return;
    buf_printf(b, "r%d = ", f->reg);
    check_value_print(b, &f->value, m);
    switch ((enum check_reason)f->reason) {
    case CHECK_BOUNDS:
    case CHECK_STACK_BOUNDS: needed(b, f); return;
    case CHECK_ARG_MEMORY: buf_printf(b, ", %llu bytes needed", (unsigned long long)f->size); return;
    case CHECK_ARG_SIZE:
    case CHECK_RETURN_RANGE:
        if (f->least || f->most)
            buf_printf(b, ", and [%lld, %lld] is allowed", (long long)f->least, (long long)f->most);
        return;
    default: return; /* the others say it in their headline */
    }
}

const char *report_hint(const struct check_fail *f) {
    bool packet = f->value.kind == VAL_PACKET || f->value.kind == VAL_PACKET_META;
    switch ((enum check_reason)f->reason) {
    case CHECK_BOUNDS:
        if (packet && f->value.range)
            return "the check before covers less than this access: compare data_end with the end of what is read here";
        if (packet && !scalar_is_const(&f->value.var) && f->value.var.umax > 0xffff)
            return "bound the offset first (if (off > 1500) return ...), then compare data + off + size with data_end";
        if (packet)
            return "compare with data_end before: if (data + offset + size > data_end) return ...";
        if (f->value.kind == VAL_BUFFER)
            return "the length of the input is in r2: compare it before this access";
        if (!scalar_is_const(&f->value.var))
            return "bound the index before it is used: if (i >= N) return ..., or i &= N - 1";
        return "the object is shorter than what is accessed: look at its size and the type that is used here";
    case CHECK_NULLABLE:
        return f->value.kind == VAL_MAP_VALUE ? "a look-up may find nothing: if (!value) return ... before it is used"
                                              : "compare it with 0 first: if (!p) return ...";
    case CHECK_UNINIT_STACK: return "initialise the whole of it, padding too: struct key k = {}, or __builtin_memset";
    case CHECK_UNINIT_REG: return "a value is needed on every path: set the variable where it is declared";
    case CHECK_NOT_POINTER:
        return scalar_is_const(&f->value.var)
                   ? "an address has to come from a pointer that the program was given"
                   : "if it was a pointer, it was lost: by a call that moves or releases what it pointed at (load and check "
                     "it again), in memory that does not keep pointers, or in arithmetic";
    case CHECK_STACK_BOUNDS:
        return scalar_is_const(&f->value.var) ? "a frame has 512 bytes, from r10 downwards"
                                              : "bound the index of the array on the stack before it is used";
    case CHECK_VAR_OFFSET:
        return "here the offset has to be a constant: copy the pointer and index the copy, or unroll the loop";
    case CHECK_LOOP:
        return "give the loop a bound that can be seen: for (i = 0; i < 64 && ...; i++), bpf_loop, or bpf_for";
    case CHECK_BUDGET: return "move parts into global functions, or use bpf_loop: each is then looked at once";
    case CHECK_REF_LEAK: return "release it on every path, early returns too";
    case CHECK_LICENSE: return "char LICENSE[] SEC(\"license\") = \"GPL\";";
    case CHECK_ARG_SIZE: return "bound the size: if (n > sizeof buf) return ..., with n unsigned";
    case CHECK_ARG_MEMORY: return "pass memory that is as long as the size says, and check its bounds before the call";
    case CHECK_STACK_DEPTH: return "keep large variables in a per-CPU array map";
    case CHECK_RETURN_RANGE: return "return one of the results that this type of program has, on every path";
    case CHECK_READ_ONLY: return "copy it to the stack or a map, and change the copy";
    case CHECK_LEAK: return "store what it points at, not the pointer";
    case CHECK_POINTER_ARITH:
        return "add numbers to pointers before they are scaled or masked; only pointers of one origin are subtracted";
    case CHECK_LOCK_STATE: return "take one lock at a time, and release it on every path";
    case CHECK_IN_LOCK: return "release the lock before the call";
    case CHECK_CTX_FIELD: return "read the field whole, at its own offset, and write only those that may be written";
    case CHECK_HELPER_KIND: return "other types of programs have it: look at the section's name";
    case CHECK_SLEEPABLE: return "a section such as \"fentry.s/...\" makes a program that may sleep";
    case CHECK_UNTRUSTED:
        return "keep it: bpf_rcu_read_lock() around the walk and the use, or a function such as bpf_task_acquire";
    case CHECK_POISON: return "ask first: if (bpf_core_field_exists(...))";
    default: return NULL;
    }
}
