# pushing is for queues and stacks
-- asm
*(u64 *)(r10 - 8) = 0
r2 = r10
r2 += -8
r3 = 0
r1 = map[0] ll
call 87
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 1
-- rejected map-type: main: insn 6 (line 6): bpf_map_push_elem: a function that does not work on this type of map
-- kernel rejects cannot pass map_type 1 into func bpf_map_push_elem#87
