# printing is for programs with a GPL-compatible license
-- c
#include "bpf.h"
char LICENSE[] SEC("license") = "Proprietary";
SEC("tc") int prog(struct __sk_buff *skb) {
    bpf_printk("hello");
    return 0;
}
-- rejected prog: license: prog: insn * (license_gpl_helper.t:6): bpf_trace_printk: only for programs with a GPL-compatible license
-- kernel rejects cannot call GPL-restricted function from non-GPL compatible program
