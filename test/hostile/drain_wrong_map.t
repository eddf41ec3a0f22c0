# samples come from user ring buffers
-- c
#include "bpf.h"
struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(".maps");
static long (*drain)(void *map, void *fn, void *ctx, u64 flags) = (void *)209;
static long take(void *p, void *ctx) { return 0; }
SEC("socket") int prog(void *ctx)
{
    return drain(&ring, take, 0, 0);
}
char LICENSE[] SEC("license") = "GPL";
-- ctx socket_filter
-- mem
00112233445566778899aabbccddeeff
-- trap BAD_MAP
