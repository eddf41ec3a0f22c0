# and not by a helper either
-- asm
*(u32 *)(r10 - 4) = 0
*(u64 *)(r10 - 16) = 0
r2 = r10
r2 += -4
r3 = r10
r3 += -16
r4 = 0
r1 = map[0] ll
call 2
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1 80
-- rejected read-only: main: insn 9 (line 9): read of 0 bytes: a store to memory that may only be read (bpf_map_update_elem): r1 = map of m
-- kernel rejects write into map forbidden
