# a socket's fields cannot be written
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
*(u32 *)(r6 + 4) = 1
r1 = r6
call 86
out:
r0 = 0
exit
-- ctx tc
-- rejected read-only: main: insn 10 (line 11): write of 4 bytes: a store to memory that may only be read: r6 = socket
-- kernel rejects R6 cannot write into sock
