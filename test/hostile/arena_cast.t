# an arena pointer is its low 32 bits: a link of so many bits, stored and cast back, whatever stands above them
-- c
#include "bpf.h"
#define ARENA __attribute__((address_space(1)))
struct { __uint(type, 33); __uint(map_flags, 1024); __uint(max_entries, 2); } arena SEC(".maps");
char gpl[] SEC("license") = "GPL";
struct node { u32 next; u32 value; };
struct node ARENA first = {0, 1};
struct node ARENA second = {0, 41};
SEC("syscall") int sum(void *ctx) {
    u32 total = 0;
    first.next = (u32)(u64)&second;
    u64 at = (u32)(u64)&first;
    while (at) {
        struct node ARENA *n = (struct node ARENA *)(at | 0x1234567800000000ULL);
        total += n->value;
        at = n->next;
        asm volatile("" : "+r"(at));
    }
    return total;
}
-- result 42
