# variables in address space 1 are the first bytes of the arena, and keep what runs leave there
-- c
#include "bpf.h"
#define ARENA __attribute__((address_space(1)))
struct { __uint(type, 33); __uint(map_flags, 1024); __uint(max_entries, 3); } arena SEC(".maps");
extern __attribute__((section(".ksyms"))) void ARENA *bpf_arena_alloc_pages(void *map, void ARENA *at, u32 n, int node, u64 flags);
extern __attribute__((section(".ksyms"))) void bpf_arena_free_pages(void *map, void ARENA *at, u32 n);
char gpl[] SEC("license") = "GPL";
u64 ARENA counter = 5;
u32 ARENA table[1500]; /* into the second page */
u32 ARENA *cursor = &table[1499];
SEC("syscall") int count(void *ctx) {
    counter += 2;
    table[7] = counter;
    *cursor = 9;
    u8 ARENA *page = bpf_arena_alloc_pages(&arena, 0, 1, -1, 0); /* the one that is left */
    u32 at = (u32)(u64)page - (u32)(u64)&counter;
    bpf_arena_free_pages(&arena, (void ARENA *)(u64)(u32)(u64)page, 1); /* the low half says it */
    return at * 1000 + table[7] * 10 + table[1499];
}
-- result 8192079
-- result 8192099
