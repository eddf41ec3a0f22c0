# the tail was cut, and the old bound is used
-- asm
r6 = r1
r7 = *(u32 *)(r1 + 0)
r8 = *(u32 *)(r1 + 4)
r4 = r7
r4 += 60
if r4 > r8 goto out
r1 = r6
r2 = -10
call 65
r0 = *(u8 *)(r7 + 59)
out:
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 9 (line 10): read of 1 byte at an address that is a number: r7 = any number
-- kernel rejects R7 invalid mem access 'scalar'
