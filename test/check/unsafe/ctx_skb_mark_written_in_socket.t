# a socket filter does not mark
-- asm
*(u32 *)(r1 + 8) = 1
r0 = 0
exit
-- ctx socket_filter
-- rejected context-field: main: insn 0 (line 1): write of 4 bytes: the context has no such field, or not for this access (socket_filter): r1 = context
-- kernel rejects invalid bpf_context access off=8 size=4
