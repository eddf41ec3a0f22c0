# a record is reserved in a ring buffer
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
-- rejected map-type: main: insn 4 (line 4): bpf_ringbuf_reserve: a function that does not work on this type of map
-- kernel rejects cannot pass map_type 2 into func bpf_ringbuf_reserve#131
