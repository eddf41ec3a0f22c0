/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* arena.bpf.c - sparse memory shared with the host: pages, pointers between address spaces (kernel 6.9).
 * clang: 18 */
#include "oracle.h"

#define ARENA __attribute__((address_space(1)))
struct {
    __uint(type, BPF_MAP_TYPE_ARENA);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 16);
} arena SEC(".maps");

KSYM void ARENA *bpf_arena_alloc_pages(void *map, void ARENA *at, u32 pages, int node, u64 flags);
KSYM void bpf_arena_free_pages(void *map, void ARENA *at, u32 pages);

struct node {
    struct node ARENA *next;
    u64 value;
};
struct node ARENA *head;

SEC("syscall") int build(void *ctx) {
    u8 ARENA *page = bpf_arena_alloc_pages(&arena, NULL, 2, -1, 0);
    OUT(page != NULL);
    if (!page)
        return 1;
    for (u32 i = 0; i < 20; i++) {
        struct node ARENA *n = (struct node ARENA *)(page + i * 200);
        n->value = i * i;
        n->next = head;
        head = n;
    }
    OUT(bpf_arena_alloc_pages(&arena, NULL, 15, -1, 0) == NULL);
    OUT(bpf_arena_alloc_pages(&arena, NULL, 0, -1, 0) == NULL);
    OUT(bpf_arena_alloc_pages(&arena, NULL, 14, -1, 0) != NULL);
    OUT(bpf_arena_alloc_pages(&arena, NULL, 1, -1, 0) == NULL);
    return 0;
}
SEC("syscall") int walk(void *ctx) {
    struct node ARENA *n = head;
    u64 sum = 0;
    for (u32 i = 0; i < 30 && n; i++) {
        sum = sum * 3 + n->value;
        n = n->next;
    }
    OUT(sum);
    bpf_arena_free_pages(&arena, (void ARENA *)((u64)head & ~4095ull), 1);
    return 0;
}
CASE(arena_list: kernel 6.9; run build args:0; run walk args:0; ignore .bss)
