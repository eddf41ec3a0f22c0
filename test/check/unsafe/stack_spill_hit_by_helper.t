# a helper wrote over the pointer that lay there
-- asm
r6 = r1
r2 = r10
r2 += -32
*(u64 *)(r10 - 8) = r2
r1 = r10
r1 += -8
r2 = 8
call 16
r2 = *(u64 *)(r10 - 8)
*(u64 *)(r2 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 9 (line 10): write of 8 bytes at an address that is a number: r2 = any number
-- kernel rejects R2 invalid mem access 'scalar'
