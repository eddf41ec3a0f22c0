# socket filters do not see the packet's memory
-- asm
r0 = *(u32 *)(r1 + 76)
exit
-- ctx socket_filter
-- rejected context-field: main: insn 0 (line 1): read of 4 bytes: the context has no such field, or not for this access (socket_filter): r1 = context
-- kernel rejects invalid bpf_context access off=76 size=4
