# struct xdp_md has 24 bytes
-- asm
r0 = *(u32 *)(r1 + 24)
exit
-- ctx xdp
-- rejected context-field: main: insn 0 (line 1): read of 4 bytes: the context has no such field, or not for this access (xdp): r1 = context
-- kernel rejects invalid bpf_context access off=24 size=4
