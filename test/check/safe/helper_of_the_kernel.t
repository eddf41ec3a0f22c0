# helpers that only the kernel has: linking refuses them, and the program is safe all the same
-- c
#include "../check.h"
struct bpf_sock_ops { u32 op, args[4]; };
static long (*setsockopt)(void *ctx, int level, int name, void *value, int size) = (void *)49;
static long (*getsockopt)(void *ctx, int level, int name, void *value, int size) = (void *)57;
static long (*cb_flags_set)(void *ctx, int flags) = (void *)59;
SEC("sockops") int options(struct bpf_sock_ops *o) {
    int n = 0;
    if (getsockopt(o, 6, 13, &n, sizeof n))
        return 1;
    n++;
    setsockopt(o, 6, 13, &n, sizeof n);
    return cb_flags_set(o, 1) < 0;
}
-- accepted options
