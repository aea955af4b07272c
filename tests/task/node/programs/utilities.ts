import assert, { AssertionError } from "node:assert";
import strict from "node:assert/strict";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as wait } from "node:timers/promises";
import util, {
  callbackify,
  format,
  inspect,
  isDeepStrictEqual,
  promisify,
  stripVTControlCharacters,
  types,
} from "node:util";

class Point {
  x = 1;
  #secret = 2;
  get sum() {
    return this.x + this.#secret;
  }
}

function failureOf(run: () => unknown): unknown {
  try {
    run();
    return "passed";
  } catch (error) {
    const { name, code } = error as AssertionError;
    return [name, code, error instanceof AssertionError];
  }
}

export default async function () {
  const circle: Record<string, unknown> = { name: "c" };
  circle.self = circle;
  const decoder = new StringDecoder("utf8");
  const [first, second] = [decoder.write(Buffer.from([0xe2, 0x82])), decoder.write(Buffer.from([0xac]))];
  return {
    inspect: [
      { a: 1, b: "it's", c: [1, 2, { d: { e: { f: 1 } } }], g: undefined, h: null, i: () => 1 },
      new Map<unknown, unknown>([
        ["a", { b: 1 }],
        [1, [2]],
      ]),
      new Set([1, "x"]),
      Object.assign(new Array(3), { 0: 1, 2: 3 }),
      new Date(0),
      /x/g,
      new Point(),
      Object.create(null),
      Symbol("s"),
      10n,
      -0,
      circle,
      class A {},
      new Uint8Array([1, 2]),
      {
        "a-b": 1,
        [Symbol("k")]: 2,
        get z() {
          return 1;
        },
      },
      "a\nb",
      Array.from({ length: 30 }, (_, i) => i * 7),
      Array.from({ length: 120 }, (_, i) => i),
      ["one", "two", "three", "four", "five", "six", "seven", "eight"],
      {
        list: [
          { a: 1, b: { c: {} } },
          { a: "a long text that takes a good part of the line", b: "and another long text" },
        ],
      },
      [1.5, -2, 3, 4, 5, 6, 70],
      [[[[[]]]]],
      [undefined, null],
    ].map((value) => inspect(value)),
    custom: inspect({ [inspect.custom]: () => "custom!" }),
    format: [
      format("%s is %d years, %i, %f, %j %o %%", "Bob", 42, 3.9, "1.5", { a: 1 }, [1]),
      format("a", 1, { b: 2 }),
      format("%s", null, undefined),
      format(1, 2),
      format("100%"),
    ],
    promisify: await promisify((n: number, callback: (error: Error | null, value: number) => void) =>
      callback(null, n + 1),
    )(1),
    rejected: await promisify((callback: (error: Error) => void) => callback(new Error("no")))().catch(
      (error: Error) => error.message,
    ),
    callbackify: await new Promise((resolve) =>
      callbackify(async () => "v")((error, value) => resolve([error, value])),
    ),
    equal: [
      isDeepStrictEqual({ a: [1, new Map([[1, { b: 2 }]])] }, { a: [1, new Map([[1, { b: 2 }]])] }),
      isDeepStrictEqual([1], ["1"]),
      isDeepStrictEqual(new Set([[1]]), new Set([[1]])),
      isDeepStrictEqual(NaN, NaN),
      isDeepStrictEqual(0, -0),
      isDeepStrictEqual(new Date(1), new Date(2)),
    ],
    types: [
      types.isDate(new Date()),
      types.isRegExp({}),
      types.isPromise(Promise.resolve()),
      types.isUint8Array(Buffer.from("")),
      types.isNativeError(new TypeError()),
      types.isAsyncFunction(async () => 1),
      types.isGeneratorFunction(function* () {}),
      types.isBoxedPrimitive(Object(1)),
      types.isTypedArray([]),
    ],
    strip: stripVTControlCharacters("\u001b[31mred\u001b[0m"),
    deprecated: typeof util.deprecate(() => 1, "x"),
    assertions: [
      () => assert(true),
      () => assert(0),
      () => assert.equal(1, "1"),
      () => assert.strictEqual(1, "1"),
      () => assert.deepEqual({ a: 1 }, { a: 2 }),
      () => assert.deepStrictEqual({ a: [1] }, { a: [1] }),
      () => strict.equal(1, "1"),
      () =>
        assert.throws(() => {
          throw new TypeError("bad");
        }, TypeError),
      () =>
        assert.throws(() => {
          throw new Error("bad");
        }, /good/),
      () => assert.throws(() => undefined),
      () =>
        assert.throws(
          () => {
            throw new Error("x");
          },
          { message: "x" },
        ),
      () => assert.doesNotThrow(() => 1),
      () => assert.match("abc", /b/),
      () => assert.doesNotMatch("abc", /b/),
      () => assert.ifError(null),
      () => assert.fail("stop"),
      () => assert.notDeepStrictEqual({ a: 1 }, { a: 1 }),
    ].map(failureOf),
    rejects: await assert.rejects(Promise.reject(new Error("r")), /r/).then(() => "passed"),
    decoder: [first, second, decoder.end(Buffer.from([0xe2]))],
    waited: await wait(1, "value"),
  };
}
