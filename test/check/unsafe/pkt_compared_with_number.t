# a length is no end
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 8
if r4 > 4096 goto out
r0 = *(u64 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 5 (line 6): read of 8 bytes outside the packet: r2 = packet, 0 bytes checked, 8 needed
-- kernel rejects R2 offset is outside of the packet
