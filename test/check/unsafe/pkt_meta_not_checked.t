# metadata that may not be there
-- asm
r2 = *(u32 *)(r1 + 8)
r0 = *(u32 *)(r2 + 0)
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 1 (line 2): read of 4 bytes outside the packet metadata: r2 = packet metadata, 0 bytes checked, 4 needed
-- kernel rejects R2 offset is outside of the packet
