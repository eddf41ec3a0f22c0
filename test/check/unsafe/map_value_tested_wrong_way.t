# reads where it is missing
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
if r0 != 0 goto out
r0 = *(u32 *)(r0 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected not-a-pointer: main: insn 7 (line 7): read of 4 bytes at an address that is a number: r0 = 0
-- kernel rejects R0 invalid mem access 'scalar'
