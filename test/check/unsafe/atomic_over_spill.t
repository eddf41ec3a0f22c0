# an atomic operation on a spilled pointer makes a number of it
-- asm
*(u64 *)(r10 - 8) = r10
r1 = 8
lock *(u64 *)(r10 - 8) += r1
r2 = *(u64 *)(r10 - 8)
*(u64 *)(r2 - 16) = 1
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 4 (line 5): write of 8 bytes at an address that is a number: r2 = any number
-- kernel rejects R2 invalid mem access 'scalar'
