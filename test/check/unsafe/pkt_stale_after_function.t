# the function that was called moved the packet
-- asm
r6 = r1
r7 = *(u32 *)(r1 + 0)
r8 = *(u32 *)(r1 + 4)
r4 = r7
r4 += 14
if r4 > r8 goto out
r1 = r6
call local f
r0 = *(u8 *)(r7 + 0)
out:
r0 = 0
exit
f:
r2 = 4
call 44
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 8 (line 9): read of 1 byte at an address that is a number: r7 = any number
-- kernel rejects R7 invalid mem access 'scalar'
