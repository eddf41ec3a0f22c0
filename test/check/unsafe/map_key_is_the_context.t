# the context is no memory
-- asm
r2 = r1
r1 = map[0] ll
call 1
r0 = 0
exit
-- ctx xdp
-- maps
map m array 4 8 1
-- rejected argument-type: main: insn 3 (line 3): argument 2 of bpf_map_lookup_elem: an argument is not what the function takes: r2 = context
-- kernel rejects R2 type=ctx expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_
