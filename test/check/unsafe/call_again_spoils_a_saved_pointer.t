# both calls write a number over what was saved; after the second it is used
-- asm
r6 = r1
r1 = r10
*(u64 *)(r10 - 8) = r6
call local f
*(u64 *)(r10 - 8) = r6
r1 = r10
call local f
r1 = *(u64 *)(r10 - 8)
r0 = *(u32 *)(r1 + 12)
r0 = 1
exit
f:
r5 = 1
r5 = 2
r5 = 3
r5 = 4
r5 = 5
r5 = 6
r5 = 7
*(u64 *)(r1 - 8) = r5
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 8 (line 9): read of 4 bytes at an address that is a number: r1 = 7
-- kernel rejects R1 invalid mem access 'scalar'
