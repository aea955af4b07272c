import type { ConformanceProgram, ProgramGroup } from "../program.ts";

const gives = (name: string, code: string, output: ConformanceProgram["input"] = null): ConformanceProgram => ({
  name,
  code,
  output,
});
const refuses = (name: string, code: string, message = /not JSON/): ConformanceProgram => ({
  name,
  code,
  fails: "INVALID_OUTPUT",
  message,
});

/** What becomes of what a task returns. */
export const outputs: ProgramGroup = {
  title: "outputs",
  programs: [
    gives("nothing is null", "() => {}"),
    gives("undefined is null", "() => undefined"),
    gives("a promise of nothing is null", "async () => {}"),
    gives("null", "() => null"),
    gives("false", "() => false", false),
    gives("an empty string", "() => ''", ""),
    gives("NaN and infinity are null", "() => [NaN, Infinity, -Infinity]", [null, null, null]),
    gives("undefined members go, undefined items are null", "() => ({ a: undefined, b: [undefined, () => 1] })", {
      b: [null, null],
    }),
    gives("toJSON is used", "() => ({ toJSON() { return { own: 1 }; } })", { own: 1 }),
    gives("a date", "() => new Date(0)", "1970-01-01T00:00:00.000Z"),
    gives("a map is an empty object", "() => new Map([[1, 2]])", {}),
    gives("a boxed value", "() => [Object(1), Object('a'), Object(true)]", [1, "a", true]),
    gives("a class instance", "() => new (class { a = 1; #b = 2; get c() { return 3; } })()", { a: 1 }),
    gives("a getter's value", "() => ({ get a() { return 1; } })", { a: 1 }),
    gives("a proxy", "() => new Proxy({ a: 1 }, { get: (t, k) => (k === 'a' ? 2 : t[k]) })", { a: 2 }),
    gives("an object without prototype", "() => Object.assign(Object.create(null), { a: 1 })", { a: 1 }),
    gives("a sparse array", "() => { const a = []; a[2] = 1; return a; }", [null, null, 1]),
    gives("an error is an empty object", "() => new Error('x')", {}),
    gives("a thenable is awaited", "() => ({ then(resolve) { resolve(7); } })", 7),
    gives("a promise of a promise", "() => Promise.resolve(Promise.resolve(7))", 7),
    gives("a promise within an object is not awaited", "() => ({ a: Promise.resolve(1) })", { a: {} }),
    gives("a URL", "() => new URL('http://a.test/b?c')", "http://a.test/b?c"),
    gives("a lone surrogate is escaped", "() => '\\ud800'", "\ud800"),
    gives("an integer key order is the language's", "() => ({ b: 1, 2: 1, a: 1, 1: 1 })", { 1: 1, 2: 1, b: 1, a: 1 }),
    refuses("a function", "() => () => 1"),
    refuses("a promise of a function", "async () => function named() {}"),
    refuses("a symbol", "() => Symbol('x')"),
    refuses("a bigint", "() => 1n"),
    refuses("a bigint inside", "() => ({ a: [1n] })", /not JSON: \/a\/0 is a BigInt$/),
    refuses("a bigint under odd names", "() => ({ 'a/b': { '~': 1n } })", /not JSON: \/a~1b\/~0 is a BigInt$/),
    refuses("a bigint after a shared value", "() => { const s = {}; return [s, s, 1n]; }", /\/2 is a BigInt$/),
    refuses("a circle", "() => { const a = {}; a.b = [a]; return a; }", /\/b\/0 leads back to the whole value$/),
    refuses(
      "a circle inside",
      "() => { const a = { b: {} }; a.b.c = [a.b]; return a; }",
      /\/b\/c\/0 leads back to \/b$/,
    ),
    refuses("a getter that throws", "() => ({ get a() { throw new Error('from the getter'); } })", /from the getter/),
    refuses("a toJSON that throws", "() => ({ toJSON() { throw new Error('from toJSON'); } })", /from toJSON/),
    refuses(
      "a revoked proxy",
      "() => { const p = Proxy.revocable({}, {}); p.revoke(); return { p: p.proxy }; }",
      /revoked/,
    ),
    {
      name: "a then that throws fails the task",
      code: "() => ({ get then() { throw new Error('from then'); } })",
      fails: "TASK_FAILED",
      message: /from then/,
    },
    {
      name: "a thenable that never calls back never settles",
      code: "() => ({ then() {} })",
      fails: "NEVER_SETTLED",
    },
  ],
};
