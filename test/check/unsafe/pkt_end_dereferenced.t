# there is nothing at the end
-- asm
r2 = *(u32 *)(r1 + 0)
r3 = *(u32 *)(r1 + 4)
r0 = *(u8 *)(r3 + 0)
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 2 (line 3): read of 1 byte at an address that is a number: r3 = packet end
-- kernel rejects R3 invalid mem access 'pkt_end'
