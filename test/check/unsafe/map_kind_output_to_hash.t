# perf_event_output takes a perf event array
-- asm
*(u64 *)(r10 - 8) = 0
r2 = map[0] ll
r3 = 0
r4 = r10
r4 += -8
r5 = 8
call 25
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 1
-- rejected map-type: main: insn 7 (line 7): bpf_perf_event_output: a function that does not work on this type of map
-- kernel rejects cannot pass map_type 1 into func bpf_perf_event_output#25
