# what skb->len says is not what is there in a row
-- asm
r2 = *(u32 *)(r1 + 76)
r3 = *(u32 *)(r1 + 0)
if r3 < 64 goto out
r0 = *(u64 *)(r2 + 0)
out:
r0 = 0
exit
-- ctx tc
-- rejected out-of-bounds: main: insn 3 (line 4): read of 8 bytes outside the packet: r2 = packet, 0 bytes checked, 8 needed
-- kernel rejects R2 offset is outside of the packet
