# the packet moved, and the old pointer is used
-- asm
r6 = r1
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
r7 = r2
r1 = r6
r2 = 0
call 44
r0 = *(u8 *)(r7 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 10 (line 11): read of 1 byte at an address that is a number: r7 = any number
-- kernel rejects R7 invalid mem access 'scalar'
