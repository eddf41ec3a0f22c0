# of two ways to the access one has checked
-- asm
r5 = *(u32 *)(r1 + 16)
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
if r5 == 3 goto read
r4 = r2
r4 += 14
if r4 > r3 goto out
read:
r0 = *(u8 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 7 (line 9): read of 1 byte outside the packet: r2 = packet, 0 bytes checked, 1 needed
-- kernel rejects R2 offset is outside of the packet
