# the old pointer was kept in the frame
-- asm
r6 = r1
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 14
if r4 > r3 goto out
*(u64 *)(r10 - 8) = r2
r1 = r6
r2 = 0
call 44
r2 = *(u64 *)(r10 - 8)
r0 = *(u8 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 11 (line 12): read of 1 byte at an address that is a number: r2 = any number
-- kernel rejects R2 invalid mem access 'scalar'
