# a read of any kernel memory goes through a helper
-- c
#include "../check.h"
SEC("kprobe/x") int prog(void *ctx) {
    char comm[16];
    if (bpf_probe_read_kernel(comm, sizeof comm, ctx))
        return 0;
    return comm[0] == 'a';
}
-- accepted prog
