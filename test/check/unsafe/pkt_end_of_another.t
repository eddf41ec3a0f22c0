# a bound that was read before the packet moved
-- asm
r6 = r1
r8 = *(u32 *)(r1 + 4)
r2 = 4
call 44
r7 = *(u32 *)(r6 + 0)
r4 = r7
r4 += 14
if r4 > r8 goto out
r0 = *(u8 *)(r7 + 0)
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 8 (line 9): read of 1 byte outside the packet: r7 = packet, 0 bytes checked, 1 needed
-- kernel rejects R7 offset is outside of the packet
