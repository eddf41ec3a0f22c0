# a dynptr is over a map's value, not over the frame
-- asm
*(u64 *)(r10 - 8) = 0
r1 = r10
r1 += -8
r2 = 8
r3 = 0
r4 = r10
r4 += -24
call 197
r0 = 0
exit
-- ctx xdp
-- rejected argument-type: main: insn 7 (line 8): argument 1 of bpf_dynptr_from_mem: an argument is not what the function takes: r1 = stack - 8
-- kernel rejects Unsupported reg type fp for bpf_dynptr_from_mem data
