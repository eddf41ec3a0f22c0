# a number where a map must be
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = 1
call 1
r0 = 0
exit
-- ctx xdp
-- rejected argument-type: main: insn 4 (line 5): argument 1 of bpf_map_lookup_elem: an argument is not what the function takes: r1 = 1
-- kernel rejects R1 type=scalar expected=map_ptr
