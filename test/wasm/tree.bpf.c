// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/* tree.bpf.c - a search tree in an arena, linked by 32-bit offsets, which test/wasm/tree.wat reads and writes as its memory.
 * A link is the low half of a pointer, which is the address in that memory; 0 is no node. The arena's pages begin at 4096. */
#define SEC(name)       __attribute__((section(name), used))
#define __uint(name, n) int(*name)[n]
#define ARENA           __attribute__((address_space(1)))
enum { ARENA_MAP = 33 /* BPF_MAP_TYPE_ARENA */, MMAPABLE = 1 << 10 };
typedef unsigned int u32;
typedef unsigned long long u64;

struct {
    __uint(type, ARENA_MAP);
    __uint(map_flags, MMAPABLE);
    __uint(max_entries, 32);
} arena SEC(".maps");

extern void ARENA *bpf_arena_alloc_pages(void *map, void ARENA *at, u32 pages, int node, u64 flags)
    __attribute__((section(".ksyms")));

struct node {
    u32 left, right;
    int key, value;
};
struct head {
    u32 root, used; /* used: where the next node goes */
    struct node node[];
};
static struct head ARENA *head;

static struct node ARENA *at(u32 link) {
    return (struct node ARENA *)(u64)link;
}

SEC("syscall") int insert(const int *keys) {
    if (!head && !(head = bpf_arena_alloc_pages(&arena, (void ARENA *)0, 2, -1, 0)))
        return 1;
    if (!head->used)
        head->used = (u32)(u64)head + sizeof *head;
    for (int i = 0; i < 10; i++) {
        struct node ARENA *n = at(head->used);
        u32 link = head->used, next = head->root;
        struct node ARENA *up = 0;
        n->key = keys[i];
        n->value = keys[i] * 3;
        head->used += sizeof *n;
        for (int depth = 0; next && depth < 64; depth++) {
            up = at(next);
            next = keys[i] < up->key ? up->left : up->right;
        }
        if (!up)
            head->root = link;
        else if (keys[i] < up->key)
            up->left = link;
        else
            up->right = link;
    }
    return 0;
}

SEC("syscall") int find(const int *key) {
    u32 next = head ? head->root : 0;
    for (int depth = 0; next && depth < 64; depth++) {
        struct node ARENA *n = at(next);
        if (n->key == *key)
            return n->value;
        next = *key < n->key ? n->left : n->right;
    }
    return -1;
}
