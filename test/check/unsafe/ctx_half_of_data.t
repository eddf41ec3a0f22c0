# half of a pointer field
-- asm
r0 = *(u16 *)(r1 + 0)
exit
-- ctx xdp
-- rejected context-field: main: insn 0 (line 1): read of 2 bytes: the context has no such field, or not for this access (xdp): r1 = context
-- kernel rejects invalid bpf_context access off=0 size=2
