# pulling data in may move the packet
-- asm
r6 = r1
r7 = *(u32 *)(r1 + 76)
r8 = *(u32 *)(r1 + 80)
r4 = r7
r4 += 14
if r4 > r8 goto out
r1 = r6
r2 = 100
call 39
r0 = *(u8 *)(r7 + 0)
out:
r0 = 0
exit
-- ctx tc
-- rejected not-a-pointer: main: insn 9 (line 10): read of 1 byte at an address that is a number: r7 = any number
-- kernel rejects R7 invalid mem access 'scalar'
