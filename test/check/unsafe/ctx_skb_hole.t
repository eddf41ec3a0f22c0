# the bytes behind tstamp_type are no field
-- asm
r0 = *(u8 *)(r1 + 181)
exit
-- ctx tc
-- rejected context-field: main: insn 0 (line 1): read of 1 byte: the context has no such field, or not for this access (tc): r1 = context
-- kernel rejects invalid bpf_context access off=181 size=1
