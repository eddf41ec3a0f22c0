# a map's handle cannot be written through
-- asm
r1 = map[0] ll
*(u64 *)(r1 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
-- rejected not-a-pointer: main: insn 2 (line 2): write of 8 bytes at an address that is a number: r1 = map of m
-- kernel rejects only read from bpf_array is supported
