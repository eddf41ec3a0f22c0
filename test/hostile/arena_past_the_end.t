# one past the last page
-- c
#include "bpf.h"
#define ARENA __attribute__((address_space(1)))
struct { __uint(type, 33); __uint(map_flags, 1024); __uint(max_entries, 1); } arena SEC(".maps");
char ARENA first = 1;
SEC("syscall") int f(u64 *ctx) { char ARENA *p = &first; return p[ctx[0]]; }
-- mem
ff0f000000000000
-- result 0
-- mem
0010000000000000
-- trap OUT_OF_BOUNDS
