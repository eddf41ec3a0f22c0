# it may be shorter
-- asm
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
r3 = 8
call 203
r0 = *(u64 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 64 1
-- rejected null-check: main: insn 18 (line 18): r0 may be null: r0 = memory, or null, 8 bytes
-- kernel rejects R0 invalid mem access 'mem_or_null'
