# variables in an arena, and no arena
-- c
#include "bpf.h"
char __attribute__((address_space(1))) one = 1;
SEC("syscall") int f(void *ctx) { return one; }
-- error section .addr_space.1, offset 0x0: variables in an arena, and no map of type arena
