# nor as the place where a helper writes
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 == 0 goto out
r1 = r0
r2 = 8
call 16
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1 80
-- rejected read-only: main: insn 9 (line 9): write of 8 bytes: a store to memory that may only be read (bpf_get_current_comm): r1 = map value of m, 8 bytes
-- kernel rejects write into map forbidden, value_size=8 off=0 size=8
