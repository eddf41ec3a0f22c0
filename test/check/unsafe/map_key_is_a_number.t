# a number where a key must be
-- asm
r2 = 4
r1 = map[0] ll
call 1
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
-- rejected not-a-pointer: main: insn 3 (line 3): read of 4 bytes at an address that is a number: r2 = 4
-- kernel rejects R2 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_
