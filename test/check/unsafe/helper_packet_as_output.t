# more bytes than the packet was checked for
-- asm
r6 = r1
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = r2
r2 = 16
call 16
out:
r0 = 0
exit
-- ctx xdp
-- rejected out-of-bounds: main: insn 8 (line 9): write of 16 bytes outside the packet: r1 = packet, 8 bytes checked, 16 needed
-- kernel rejects helper access to the packet is not allowed
