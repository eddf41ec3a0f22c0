// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wasmdiff.js DIR - what supervm-wasmdiff --write left in DIR, held against V8: each call of SEED.txt is made again, and
// must give the same results, or trap for the same reason, and leave the same memory and globals.
const fs = require('fs');
const dir = process.argv[2];

// V8's words, and what they mean in the specification's
const reasons = [
    ['unreachable', /^unreachable/],
    ['memory access out of bounds', /^out of bounds memory access/],
    ['divide by zero', /^integer divide by zero/],
    ['remainder by zero', /^integer divide by zero/],
    ['divide result unrepresentable', /^integer overflow/],
    ['float unrepresentable', /^(integer overflow|invalid conversion)/],
    ['signature mismatch', /^(indirect call type mismatch|uninitialized element|undefined element)/],
    ['table index is out of bounds', /^(undefined element|out of bounds table access)/],
    ['table', /^out of bounds table access/],
    ['element segment', /^out of bounds table access/],
    ['Maximum call stack', /^call stack exhausted/],
];

const view = new DataView(new ArrayBuffer(8));
const hex = (v, n) => BigInt.asUintN(64, BigInt(v)).toString(16).padStart(n, '0').slice(-n);
function show(kind, v) {
    if ((kind === 'F' || kind === 'D') && Number.isNaN(v)) return `${kind}:nan`;
    switch (kind) {
    case 'I': return 'I:' + hex(v >>> 0, 8);
    case 'L': return 'L:' + hex(v, 16);
    case 'F': view.setFloat32(0, v); return 'F:' + hex(view.getUint32(0), 8);
    case 'D': view.setFloat64(0, v); return 'D:' + hex(view.getBigUint64(0), 16);
    }
}
function parse(text) {
    const [kind, digits] = text.split(':');
    switch (kind) {
    case 'I': return parseInt(digits, 16) | 0;
    case 'L': return BigInt.asIntN(64, BigInt('0x' + digits));
    case 'F': view.setUint32(0, parseInt(digits, 16)); return view.getFloat32(0);
    case 'D': view.setBigUint64(0, BigInt('0x' + digits)); return view.getFloat64(0);
    }
}

function same(exports, want) { // a line "call NAME ARGS = RESULTS" or "... = trap TEXT"
    const [left, right] = want.split(' =');
    const [, name, ...args] = left.split(' ');
    const expected = right.trim();
    let got;
    try {
        got = exports[name](...args.map(parse));
    } catch (e) {
        const reason = reasons.find(([text]) => e.message.includes(text));
        if (!(e instanceof WebAssembly.RuntimeError || e instanceof RangeError) || !reason) return `trap ${e.message}`;
        return expected.startsWith('trap ') && reason[1].test(expected.slice(5)) ? expected : `trap ${e.message}`;
    }
    if (expected.startsWith('trap ')) return `no trap, ${got}`;
    const kinds = expected ? expected.split(' ').map((v) => v[0]) : [];
    const list = kinds.length > 1 ? [...got] : kinds.length ? [got] : [];
    return list.map((v, k) => show(kinds[k], v)).join(' ');
}

function state(exports, want) {
    const bytes = new Uint8Array(exports.mem.buffer);
    let h = 0x811c9dc5;
    for (let k = 0; k < bytes.length; k++) h = Math.imul(h ^ bytes[k], 0x01000193);
    const kinds = want.split(' ').slice(3).map((v) => v[0]);
    const globals = [];
    for (let k = 0; k < 10; k++) if (exports[`g${k}`]) globals.push(exports[`g${k}`].value);
    return ['state', bytes.length, hex(h >>> 0, 8), ...globals.map((v, k) => show(kinds[k], v))].join(' ');
}

function compare(name) {
    const module = fs.readFileSync(`${dir}/${name}.wasm`);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
    for (const line of fs.readFileSync(`${dir}/${name}.txt`, 'utf8').split('\n')) {
        if (line.startsWith('call ')) {
            const got = same(exports, line), want = line.slice(line.indexOf(' =') + 2).trim();
            if (got !== want) return `${line}\n    V8: ${got}`;
        } else if (line.startsWith('state ')) {
            const got = state(exports, line);
            if (got !== line) return `${line}\n    V8: ${got}`;
        }
    }
    return null;
}

let passed = 0, failed = 0;
const names = fs.readdirSync(dir).filter((f) => /^\d+\.wasm$/.test(f)).map((f) => f.slice(0, -5));
for (const name of names.sort((a, b) => a - b)) {
    let wrong;
    try {
        wrong = compare(name);
    } catch (e) {
        wrong = e.message;
    }
    if (wrong) console.log(`FAIL ${name}: ${wrong}`);
    if (wrong) failed++;
    else passed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
