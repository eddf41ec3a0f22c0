/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* harden.c - code for guests that are not to choose its bytes, nor where the processor goes on by guess.
 *
 * What a processor reads while its guess is wrong, and indirect calls and jumps, are LLVM's business: attributes ask
 * for it (harden_function). Numbers are ours. LLVM's passes see them as they are; behind all of them each that is
 * longer than a byte becomes what two others make, of which one is random. An empty piece of assembly stands in
 * between, of which the code generator knows nothing: so it makes no number of them, nor others that depend on them
 * (quotients by multiplication, several stores as one). Switches are compares by then, whose numbers are treated like
 * all others: else it would make masks of their cases. */
#include "base/random.h"
#include "engine/llvm/plugin/lower.h"
#include <string.h>

enum { FAR = INT16_MAX }; /* offsets of accesses up to here stand in the code */

int harden_machine(struct lmodule *lm, const char *triple) {
    if (lm->job->o.harden && strncmp(triple, "x86_64", 6) != 0)
        return fail(lm->e, E_UNSUP, NOWHERE, "hardened code is made for x86-64 only, not for %s", triple);
    return 0;
}

const char *harden_features(const struct lmodule *lm) {
    return lm->job->o.harden ? "+retpoline-indirect-calls,+retpoline-indirect-branches" : "";
}

/* Functions of the convention in which a callee takes its arguments from the stack leave the place where their return
 * address was: LLVM compares it with what it should be, and is to keep that in a register. Tables of constants would
 * hold a guest's numbers. */
void harden_function(const struct lmodule *lm, LLVMValueRef fn) {
    if (!lm->job->o.harden)
        return;
    fn_attr(lm, fn, "speculative_load_hardening", 0);
    fn_attr(lm, fn, "noredzone", 0);
    fn_attr_text(lm, fn, "no-jump-tables", "true");
}

/* --- numbers --- */

enum { MOST_EARLY = 48, MOST_LANES = 64 };
struct hidden {
    LLVMTypeRef t;
    u64 v;
    LLVMValueRef is;
};
struct hider {
    struct lmodule *lm;
    LLVMBuilderRef b;
    u64 secret;
    struct cycles g;
    struct hidden early[MOST_EARLY]; /* made where the function begins */
    u32 nearly;
    bool is_early;   /* what is made now goes there, as long as there is room */
    LLVMValueRef at; /* else in front of this */
};

static bool is_kind(LLVMTypeRef t, LLVMTypeKind k) {
    return LLVMGetTypeKind(t) == k;
}

static u64 low_bits(u64 v, u32 n) {
    return n < 64 ? v & (((u64)1 << n) - 1) : v;
}

/* As an instruction holds it. */
static bool is_byte(u64 v, u32 width) {
    s64 s = (s64)(v << (64 - width)) >> (64 - width);
    return low_bits(v, width) <= 255 || (s < 0 && s >= -128);
}

static LLVMValueRef opaque(struct hider *h, LLVMValueRef v) {
    LLVMTypeRef t = LLVMTypeOf(v), ft = LLVMFunctionType(t, &t, 1, false);
    LLVMValueRef nothing = LLVMGetInlineAsm(ft, "", 0, "=r,0", 4, false, false, LLVMInlineAsmDialectATT, false);
    return LLVMBuildCall2(h->b, ft, nothing, &v, 1, "");
}

/* v by two words; where a shorter instruction can load it, by such two. */
static LLVMValueRef make_word(struct hider *h, LLVMTypeRef t, u64 v) {
    u64 r = random_next(&h->secret);
    bool half = t == h->lm->i64 && v == (u64)(s64)(s32)v;
    LLVMValueRef x;
    if (t == h->lm->i64 && !half && v == (u32)v)
        return LLVMBuildZExt(h->b, make_word(h, h->lm->i32, v), t, "");
    r = t == h->lm->i32 ? (u32)r : half ? (u64)(s64)(s32)r : r;
    x = opaque(h, LLVMConstInt(t, v ^ r, false));
    return LLVMBuildXor(h->b, x, LLVMConstInt(t, r, false), "");
}

static LLVMValueRef word(struct hider *h, LLVMTypeRef t, u64 v) {
    LLVMValueRef x;
    for (u32 k = 0; h->is_early && k < h->nearly; k++)
        if (h->early[k].v == v && h->early[k].t == t)
            return h->early[k].is;
    if (!h->is_early || h->nearly == MOST_EARLY) {
        LLVMPositionBuilderBefore(h->b, h->at);
        return make_word(h, t, v);
    }
    LLVMPositionBuilderBefore(h->b, LLVMGetBasicBlockTerminator(h->g.of[0]));
    x = make_word(h, t, v);
    h->early[h->nearly++] = (struct hidden){t, v, x};
    LLVMPositionBuilderBefore(h->b, h->at);
    return x;
}

/* Of up to 64 bits. */
static LLVMValueRef integer(struct hider *h, LLVMTypeRef t, u64 v) {
    u32 width = LLVMGetIntTypeWidth(t);
    LLVMTypeRef whole = width > 32 ? h->lm->i64 : h->lm->i32;
    LLVMValueRef x = word(h, whole, low_bits(v, width));
    return LLVMTypeOf(x) == t ? x : LLVMBuildTrunc(h->b, x, t, "");
}

/* The builder folds what it is given of constants. */
static u64 bits_of(struct hider *h, LLVMValueRef c) {
    LLVMTypeRef t = LLVMTypeOf(c);
    if (LLVMIsAConstantFP(c))
        c = LLVMBuildBitCast(h->b, c, is_kind(t, LLVMFloatTypeKind) ? h->lm->i32 : h->lm->i64, "");
    return LLVMIsAConstantInt(c) ? LLVMConstIntGetZExtValue(c) : 0;
}

static LLVMValueRef hide(struct hider *h, LLVMValueRef c);

static LLVMValueRef hide_or_not(struct hider *h, LLVMValueRef c) {
    LLVMValueRef v = hide(h, c);
    return v ? v : c;
}

/* By words of 64 bits. */
static LLVMValueRef hide_wide(struct hider *h, LLVMValueRef c, u32 width) {
    LLVMTypeRef t = LLVMTypeOf(c), rest = LLVMIntTypeInContext(h->lm->c, width - 64);
    LLVMValueRef low = LLVMBuildTrunc(h->b, c, h->lm->i64, ""), by = LLVMConstInt(t, 64, false), high, x, y;
    high = LLVMBuildTrunc(h->b, LLVMBuildLShr(h->b, c, by, ""), rest, "");
    x = hide(h, low);
    y = hide(h, high);
    if (!x && !y)
        return NULL;
    x = LLVMBuildZExt(h->b, x ? x : low, t, "");
    y = LLVMBuildZExt(h->b, y ? y : high, t, "");
    return LLVMBuildOr(h->b, x, LLVMBuildShl(h->b, y, by, ""), "");
}

static LLVMValueRef hide_number(struct hider *h, LLVMValueRef c) {
    LLVMTypeRef t = LLVMTypeOf(c);
    u32 width;
    if (LLVMIsAConstantFP(c)) {
        bool is32 = is_kind(t, LLVMFloatTypeKind);
        u64 v = bits_of(h, c);
        if ((!is32 && !is_kind(t, LLVMDoubleTypeKind)) || !v)
            return NULL;
        return LLVMBuildBitCast(h->b, integer(h, is32 ? h->lm->i32 : h->lm->i64, v), t, "");
    }
    width = LLVMGetIntTypeWidth(t);
    if (width > 64)
        return hide_wide(h, c, width);
    return is_byte(LLVMConstIntGetZExtValue(c), width) ? NULL : integer(h, t, LLVMConstIntGetZExtValue(c));
}

/* --- of several parts --- */

static LLVMValueRef part_by_part(struct hider *h, LLVMValueRef c, u32 n, bool is_vector) {
    LLVMValueRef v = LLVMGetPoison(LLVMTypeOf(c));
    bool any = false;
    for (u32 k = 0; k < n; k++) {
        LLVMValueRef part = LLVMGetAggregateElement(c, k), x = hide(h, part);
        any |= x != NULL;
        x = x ? x : part;
        v = is_vector ? LLVMBuildInsertElement(h->b, v, x, k32(h->lm, k), "") : LLVMBuildInsertValue(h->b, v, x, k, "");
    }
    return any ? v : NULL;
}

static u32 lane_width(LLVMTypeRef t) {
    if (is_kind(t, LLVMIntegerTypeKind))
        return LLVMGetIntTypeWidth(t);
    return is_kind(t, LLVMFloatTypeKind) ? 32 : is_kind(t, LLVMDoubleTypeKind) ? 64 : 0;
}

/* Lanes of short numbers are one long one, but where all are the same byte. */
static bool is_plain(const u64 *lane, u32 n, u32 width, bool same, bool is_int) {
    if (same)
        return !lane[0] || (is_int && is_byte(lane[0], width));
    for (u32 k = 0; k < n; k++)
        if (lane[k] && (width < 32 || !is_int || !is_byte(lane[k], width)))
            return false;
    return true;
}

static LLVMValueRef by_words(struct hider *h, LLVMTypeRef t, const u64 *lane, u32 n, u32 width) {
    u32 each = 64 / width, words = n / each;
    LLVMValueRef v = LLVMGetPoison(LLVMVectorType(h->lm->i64, words));
    for (u32 k = 0; k < words; k++) {
        u64 w = 0;
        for (u32 j = 0; j < each; j++)
            w |= low_bits(lane[k * each + j], width) << (j * width % 64);
        v = LLVMBuildInsertElement(h->b, v, w ? word(h, h->lm->i64, w) : k64(h->lm, 0), k32(h->lm, k), "");
    }
    return LLVMBuildBitCast(h->b, v, t, "");
}

/* Lanes of a bit are no numbers. */
static LLVMValueRef hide_vector(struct hider *h, LLVMValueRef c) {
    LLVMTypeRef t = LLVMTypeOf(c), of = LLVMGetElementType(t);
    u32 n = LLVMGetVectorSize(t), width = lane_width(of);
    bool is_int = is_kind(of, LLVMIntegerTypeKind), same = true;
    u64 lane[MOST_LANES] = {0};
    LLVMValueRef x;
    if (width == 1)
        return NULL;
    if (n > MOST_LANES || (width != 8 && width != 16 && width != 32 && width != 64))
        return part_by_part(h, c, n, true);
    for (u32 k = 0; k < n; k++) {
        LLVMValueRef part = LLVMGetAggregateElement(c, k);
        if (!LLVMIsAConstantInt(part) && !LLVMIsAConstantFP(part) && !LLVMIsUndef(part) && !LLVMIsPoison(part))
            return part_by_part(h, c, n, true);
        lane[k] = bits_of(h, part);
        same &= lane[k] == lane[0];
    }
    if (is_plain(lane, n, width, same, is_int))
        return NULL;
    if (!same && n * width % 64 == 0)
        return by_words(h, t, lane, n, width);
    if (!same)
        return part_by_part(h, c, n, true);
    x = integer(h, width == 64 ? h->lm->i64 : LLVMIntTypeInContext(h->lm->c, width), lane[0]);
    x = LLVMBuildInsertElement(h->b, LLVMGetPoison(t), LLVMBuildBitCast(h->b, x, of, ""), k32(h->lm, 0), "");
    return LLVMBuildShuffleVector(h->b, x, LLVMGetPoison(t), LLVMConstNull(LLVMVectorType(h->lm->i32, n)), "");
}

/* Is k times the size of what is stepped over further than instructions may have it? */
static bool is_far(const struct hider *h, LLVMTypeRef over, LLVMValueRef k) {
    u64 size = LLVMSizeOfTypeInBits(h->lm->layout, over) / 8;
    s64 n = LLVMConstIntGetSExtValue(k);
    return n > FAR || n < -FAR || size > FAR || (s64)size * n > FAR || (s64)size * n < -FAR;
}

/* An address that is a number, plus others. */
static LLVMValueRef hide_address(struct hider *h, LLVMValueRef c) {
    LLVMValueRef p, k;
    if (LLVMGetConstOpcode(c) == LLVMIntToPtr) {
        p = hide(h, LLVMGetOperand(c, 0));
        return p ? LLVMBuildIntToPtr(h->b, p, LLVMTypeOf(c), "") : NULL;
    }
    if (LLVMGetConstOpcode(c) != LLVMGetElementPtr || LLVMGetNumOperands(c) != 2)
        return NULL;
    k = LLVMGetOperand(c, 1);
    p = hide(h, LLVMGetOperand(c, 0));
    if (!p && (!LLVMIsAConstantInt(k) || !is_far(h, LLVMGetGEPSourceElementType(c), k)))
        return NULL;
    k = hide_or_not(h, k);
    return LLVMBuildGEP2(h->b, LLVMGetGEPSourceElementType(c), p ? p : LLVMGetOperand(c, 0), &k, 1, "");
}

/* What stands for constant c in front of h->at, or NULL: c may. */
static LLVMValueRef hide(struct hider *h, LLVMValueRef c) {
    LLVMTypeRef t = LLVMTypeOf(c);
    if (LLVMIsUndef(c) || LLVMIsPoison(c) || LLVMIsNull(c))
        return NULL;
    switch (LLVMGetTypeKind(t)) {
    case LLVMIntegerTypeKind:
    case LLVMFloatTypeKind:
    case LLVMDoubleTypeKind: return LLVMIsAConstantInt(c) || LLVMIsAConstantFP(c) ? hide_number(h, c) : NULL;
    case LLVMVectorTypeKind: return LLVMIsAConstantExpr(c) ? NULL : hide_vector(h, c);
    case LLVMStructTypeKind: return part_by_part(h, c, LLVMCountStructElementTypes(t), false);
    case LLVMPointerTypeKind: return LLVMIsAConstantExpr(c) ? hide_address(h, c) : NULL;
    default: return NULL;
    }
}

/* --- instructions --- */

static bool is_immediate(LLVMValueRef call, u32 k) {
    LLVMValueRef fn = LLVMGetCalledValue(call);
    return LLVMIsAFunction(fn) &&
           LLVMGetEnumAttributeAtIndex(fn, k + 1, LLVMGetEnumAttributeKindForName("immarg", 6)) != NULL;
}

static bool is_memset(LLVMValueRef call) {
    LLVMValueRef fn = LLVMGetCalledValue(call);
    size_t n;
    return LLVMIsAFunction(fn) && !strncmp(LLVMGetValueName2(fn, &n), "llvm.memset.", 12);
}

/* x + c, of which nothing is made but addresses of accesses. */
static bool is_offset(LLVMValueRef i, LLVMValueRef c) {
    s64 v = LLVMIsAConstantInt(c) && LLVMGetIntTypeWidth(LLVMTypeOf(c)) <= 64 ? LLVMConstIntGetSExtValue(c) : INT64_MIN;
    if (v > FAR || v < -FAR)
        return false;
    for (LLVMUseRef u = LLVMGetFirstUse(i); u; u = LLVMGetNextUse(u))
        if (!LLVMIsAIntToPtrInst(LLVMGetUser(u)))
            return false;
    return true;
}

/* A mask for which machines have moves of the low half, or of the low two bytes. */
static bool is_low_half(LLVMValueRef c) {
    u64 v = LLVMIsAConstantInt(c) && LLVMGetIntTypeWidth(LLVMTypeOf(c)) <= 64 ? LLVMConstIntGetZExtValue(c) : 0;
    return v == 0xffff || v == 0xffffffff;
}

/* May operand k of instruction i, a constant, stand as it is? */
static bool may_stand(const struct hider *h, LLVMValueRef i, u32 k, LLVMValueRef c) {
    switch (LLVMGetInstructionOpcode(i)) {
    case LLVMAlloca: return true;
    case LLVMCall: return k >= LLVMGetNumArgOperands(i) || is_immediate(i, k);
    case LLVMGetElementPtr:
        if (k && LLVMIsAConstantInt(c))
            return LLVMGetNumOperands(i) > 2 || !is_far(h, LLVMGetGEPSourceElementType(i), c);
        return false;
    case LLVMAnd: return is_low_half(c);
    case LLVMAdd: return is_offset(i, c);
    default: return false;
    }
}

/* Short numbers that stand beside each other in memory may become a long one. */
static bool joins(LLVMValueRef i, u32 k, LLVMValueRef c) {
    bool stored = LLVMGetInstructionOpcode(i) == LLVMStore || (LLVMIsACallInst(i) && k == 1 && is_memset(i));
    return stored && LLVMIsAConstantInt(c) && LLVMGetIntTypeWidth(LLVMTypeOf(c)) <= 64 && !LLVMIsNull(c);
}

static void hide_operands(struct hider *h, LLVMValueRef i) {
    int n = LLVMGetNumOperands(i);
    h->at = i;
    LLVMPositionBuilderBefore(h->b, i);
    for (int k = 0; k < n; k++) {
        LLVMValueRef c = LLVMGetOperand(i, (unsigned)k), v;
        if (!c || !LLVMIsAConstant(c) || LLVMIsAGlobalValue(c) || may_stand(h, i, (u32)k, c))
            continue;
        v = joins(i, (u32)k, c) ? integer(h, LLVMTypeOf(c), LLVMConstIntGetZExtValue(c)) : hide(h, c);
        if (v)
            LLVMSetOperand(i, (unsigned)k, v);
    }
}

/* Does the block call somebody? Then what it hides costs little beside that. */
static bool calls(LLVMBasicBlockRef b) {
    for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
        LLVMValueRef fn = LLVMIsACallInst(i) ? LLVMGetCalledValue(i) : NULL;
        if (fn && !LLVMIsAInlineAsm(fn) && !(LLVMIsAFunction(fn) && LLVMGetIntrinsicID(fn)))
            return true;
    }
    return false;
}

/* Numbers that loops need are made where the function begins. */
static bool goes_early(const struct hider *h, u32 k) {
    return h->g.on[k] && !calls(h->g.of[k]);
}

/* What the block behind k chooses by where it is entered from is made in k, which leads nowhere else. */
static void hide_choices(struct hider *h, LLVMBasicBlockRef k) {
    LLVMValueRef last = LLVMGetBasicBlockTerminator(k);
    h->at = last;
    LLVMPositionBuilderBefore(h->b, last);
    for (u32 s = 0; s < LLVMGetNumSuccessors(last); s++) {
        LLVMValueRef p = LLVMGetFirstInstruction(LLVMGetSuccessor(last, s));
        for (; p && LLVMIsAPHINode(p); p = LLVMGetNextInstruction(p))
            for (u32 j = 0; j < LLVMCountIncoming(p); j++) {
                LLVMValueRef c = LLVMGetIncomingValue(p, j), v;
                if (LLVMGetIncomingBlock(p, j) == k && LLVMIsAConstant(c) && !LLVMIsAGlobalValue(c) && (v = hide(h, c)))
                    LLVMSetOperand(p, j, v);
            }
    }
}

static void hide_in(struct hider *h, u32 k) {
    h->is_early = goes_early(h, k);
    for (LLVMValueRef i = LLVMGetFirstInstruction(h->g.of[k]), next; i; i = next) {
        next = LLVMGetNextInstruction(i);
        if (!LLVMIsAPHINode(i))
            hide_operands(h, i);
    }
    hide_choices(h, h->g.of[k]);
}

/* Phis of blocks that several lead to are entered from such as lead nowhere else (break-crit-edges). */
static const char first[] = "function(lower-switch,break-crit-edges)";

int harden(struct lmodule *lm) {
    struct hider h = {.lm = lm, .secret = (lm->job->o.secret + lm->part) | 1};
    if (!lm->job->o.harden || run_named(lm, first))
        return lm->e->code;
    h.b = LLVMCreateBuilderInContext(lm->c);
    for (LLVMValueRef fn = LLVMGetFirstFunction(lm->mod); fn && !lm->e->code; fn = LLVMGetNextFunction(fn)) {
        struct arena a = {0};
        if (LLVMIsDeclaration(fn))
            continue;
        h.nearly = 0;
        if (!find_cycles(&h.g, fn, &a, lm->e))
            for (u32 k = 0; k < h.g.n; k++)
                hide_in(&h, k);
        arena_drop(&a);
    }
    LLVMDisposeBuilder(h.b);
    return lm->e->code;
}
