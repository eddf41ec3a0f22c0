# how long the slice is must be known
-- asm
r6 = *(u32 *)(r1 + 16)
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call 197
r1 = r10
r1 += -16
r2 = 0
r3 = r6
call 203
r0 = 0
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected argument-type: main: insn 18 (line 18): argument 3 of bpf_dynptr_data: an argument is not what the function takes: r3 = [0, 4294967295]
-- kernel rejects R3 is not a known constant'
