/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* binary_trees.c - trees made, walked and given back to a free list: an allocator, recursion, pointers.
 * bench: n=12 */
#include "bench.h"

struct node {
    struct node *left, *right;
};
enum { POOL = 1 << 16 };
static struct node pool[POOL], *free_list;
static u32 used;

static struct node *take(void) {
    struct node *p = free_list;
    if (p)
        free_list = p->left;
    else if (used < POOL)
        p = &pool[used++];
    return p;
}

static NOINLINE struct node *make(u32 depth) {
    struct node *p = take();
    if (!p)
        return p;
    p->left = depth ? make(depth - 1) : 0;
    p->right = depth ? make(depth - 1) : 0;
    return p;
}

static NOINLINE u32 count(const struct node *p) {
    return p->left ? 1 + count(p->left) + count(p->right) : 1;
}

static NOINLINE void give_back(struct node *p) {
    if (p->left) {
        give_back(p->left);
        give_back(p->right);
    }
    p->left = free_list;
    free_list = p;
}

EXPORT u32 bench(u32 n) {
    struct node *kept;
    u32 h = 0;
    if (n > 12)
        n = 12;
    free_list = 0;
    used = 0;
    kept = make(n);
    for (u32 d = 4; d <= n; d += 2)
        for (u32 i = 0; i < 1u << (n - d); i++) {
            struct node *t = make(d);
            h = mix(h, count(t));
            give_back(t);
        }
    return mix(h, count(kept));
}
