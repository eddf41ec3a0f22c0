# a program that says nothing of its license
-- c
#include "bpf.h"
SEC("kprobe/x") int prog(void *ctx) {
    bpf_printk("hello");
    return 0;
}
-- rejected prog: license: prog: insn * (license_none.t:5): bpf_trace_printk: only for programs with a GPL-compatible license
-- kernel rejects cannot call GPL-restricted function from non-GPL compatible program
