# half of the pointer
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 8
if r4 > r3 goto out
w2 = w2
r0 = *(u8 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 6 (line 7): read of 1 byte at an address that is a number: r2 = [0, 4294967295]
-- kernel rejects R2 invalid mem access 'scalar'
