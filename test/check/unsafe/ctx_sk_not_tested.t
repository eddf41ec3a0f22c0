# a packet may have no socket
-- asm
r1 = *(u64 *)(r1 + 168)
r0 = *(u32 *)(r1 + 4)
exit
-- ctx tc
-- rejected null-check: main: insn 1 (line 2): r1 may be null: r1 = socket, or null
-- kernel rejects R1 invalid mem access 'sock_common_or_null'
