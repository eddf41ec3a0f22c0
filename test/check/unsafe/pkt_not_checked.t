# nothing says that there is a byte
-- asm
r2 = *(u32 *)(r1 + 0)
r0 = *(u8 *)(r2 + 0)
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 1 (line 2): read of 1 byte outside the packet: r2 = packet, 0 bytes checked, 1 needed
-- kernel rejects R2 offset is outside of the packet
