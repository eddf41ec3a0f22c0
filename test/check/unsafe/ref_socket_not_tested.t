# there may be none
-- asm
*(u64 *)(r10 - 8) = 0
*(u32 *)(r10 - 12) = 0
r2 = r10
r2 += -12
r3 = 12
r4 = 0
r5 = 0
call 84
r6 = *(u32 *)(r0 + 4)
r1 = r0
call 86
r0 = 0
exit
-- ctx tc
-- rejected null-check: main: insn 8 (line 9): r0 may be null: r0 = socket, or null
-- kernel rejects R0 invalid mem access 'sock_or_null'
