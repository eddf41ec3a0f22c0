# where to put the bytes is a number
-- asm
r2 = 0
r3 = 64
r4 = 8
call 26
r0 = 0
exit
-- ctx tc
-- rejected not-a-pointer: main: insn 3 (line 4): write of 8 bytes at an address that is a number: r3 = 64
-- kernel rejects R3 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_
