# an index that nothing bounds
-- c
#include "../check.h"
u64 table[16] = {1};
SEC("tc") int prog(struct __sk_buff *skb) {
    return table[skb->len];
}
-- rejected prog: out-of-bounds: prog: insn * (map_variable_index.t:6): read of 8 bytes outside the map value: r2 = map value of .data + [0, 0x7fffffff8], a multiple of 8, 128 bytes, and the offset has no bound
-- kernel rejects R2 unbounded memory access, make sure to bounds check any such access
