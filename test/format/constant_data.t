loads from constant sections: numbers at places that are known, with a sign and without, across two variables; a table that is read
in a loop between stores; a pointer in one, which linking fills in; what is written stays variable
-- c
#include "bpf.h"
const volatile u32 word = 0x89abcdef;
const volatile s8 small = -5;
const volatile u64 wide = 0x1122334455667788;
const volatile u8 table[16] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
u64 written = 7;
u64 *const volatile place = &written;
SEC("raw") u64 prog(u8 *mem) {
    u64 sum = word + (u64)small * 3;
    sum = sum * 31 + wide;
    sum = sum * 31 + ((const volatile u16 *)&wide)[1] + *(const volatile s16 *)((const volatile u8 *)&word + 2);
    for (int i = 0; i < 16; i++) {
        written += table[(mem[i & 3] + i) & 15];
        mem[i & 3] = written;
    }
    if (place)
        sum += *place;
    return sum * 31 + written;
}
-- options
prog prog
set small=-7
-- mem
00112233
-- result 0x5162b21985aaee5d
-- insns
320
-- mem
05060708
-- result 0x5162b21985aaf8fd
-- insns
320
