# read after it was released
-- asm
*(u64 *)(r10 - 8) = 0
*(u32 *)(r10 - 12) = 0
r2 = r10
r2 += -12
r3 = 12
r4 = 0
r5 = 0
call 84
if r0 == 0 goto out
r6 = r0
r1 = r6
call 86
r0 = *(u32 *)(r6 + 4)
out:
r0 = 0
exit
-- ctx tc
-- rejected not-a-pointer: main: insn 12 (line 13): read of 4 bytes at an address that is a number: r6 = any number
-- kernel rejects R6 invalid mem access 'scalar'
