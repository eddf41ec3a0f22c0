# more variables than the arena has pages
-- c
#include "bpf.h"
#define ARENA __attribute__((address_space(1)))
struct { __uint(type, 33); __uint(map_flags, 1024); __uint(max_entries, 1); } arena SEC(".maps");
char ARENA large[5000] = {1};
SEC("syscall") int f(void *ctx) { return large[4999]; }
-- error section .addr_space.1, offset 0x0: 0x1388 bytes of variables in arena arena of 1 pages
