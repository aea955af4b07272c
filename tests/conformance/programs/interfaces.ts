import type { ProgramGroup } from "../program.ts";

const PRELUDE = `
  const tried = (work) => { try { return work(); } catch (error) { return error?.name ?? error; } };
  const getter = (made, name) => Object.getOwnPropertyDescriptor(made.prototype, name).get;
`;

/** The shape of interfaces and the checks that WebIDL makes before a method runs. */
export const interfaces: ProgramGroup = {
  title: "interfaces",
  programs: [
    {
      name: "accessors have the names that WebIDL gives them",
      code: `${PRELUDE} () => [[URL, "href"], [URL, "origin"], [AbortSignal, "onabort"], [MessagePort, "onmessage"]].map(([made, name]) => {
        const { get, set } = Object.getOwnPropertyDescriptor(made.prototype, name); return [get.name, set?.name];
      }).concat([[Object.getOwnPropertyDescriptor(new Event("x"), "isTrusted").get.name]])`,
      output: [
        ["get href", "set href"],
        ["get origin", null],
        ["get onabort", "set onabort"],
        ["get onmessage", "set"],
        ["get isTrusted"],
      ],
    },
    {
      name: "members refuse objects of other interfaces, whatever they would have done",
      code: `${PRELUDE} () => [
        () => TextEncoder.prototype.encode.call({}, "a"), () => TextEncoder.prototype.encoding, () => TextEncoderStream.prototype.encoding,
        () => EventTarget.prototype.addEventListener.call({}, "x", null), () => EventTarget.prototype.removeEventListener.call({}, "x", null),
        () => AbortSignal.prototype.onabort, () => { AbortSignal.prototype.onabort = null; },
        () => { Event.prototype.cancelBubble = false; }, () => { Event.prototype.returnValue = true; },
        () => CryptoKey.prototype.type, () => CryptoKey.prototype.algorithm,
      ].map(tried)`,
      output: Array.from({ length: 11 }, () => "TypeError"),
    },
    {
      name: "URLs refuse symbols and missing arguments",
      code: `${PRELUDE} () => [() => new URL(), () => URL.parse(), () => URL.canParse(), () => URL.parse(Symbol()), () => new URL("x", Symbol()), () => { new URL("http://a.test").host = Symbol(); }].map(tried).concat([URL.parse.length, URL.canParse.length])`,
      output: [...Array.from({ length: 6 }, () => "TypeError"), 1, 1],
    },
    {
      name: "a CryptoKey has its attributes on its prototype",
      code: `${PRELUDE} async () => {
        const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]);
        return [String(key), Object.keys(key), key.type, key.extractable, key.usages, key.algorithm === key.algorithm, tried(() => new CryptoKey()), tried(() => structuredClone(key)), Object.hasOwn(CryptoKey, "handleOf")];
      }`,
      output: ["[object CryptoKey]", [], "secret", true, ["encrypt"], true, "TypeError", "DataCloneError", false],
    },
    {
      name: "crypto and crypto.subtle are the only objects of their interfaces",
      code: `${PRELUDE} async () => [
        String(crypto), crypto instanceof Crypto, tried(() => new Crypto()), Object.keys(crypto), crypto.subtle === crypto.subtle, tried(() => Crypto.prototype.randomUUID()),
        String(crypto.subtle), crypto.subtle instanceof SubtleCrypto, tried(() => new SubtleCrypto()), Object.keys(crypto.subtle), SubtleCrypto.prototype.importKey.length,
        await SubtleCrypto.prototype.digest.call({}, "SHA-256", new Uint8Array()).catch((error) => error.name),
      ]`,
      output: [
        ...["[object Crypto]", true, "TypeError", [], true, "TypeError"],
        ...["[object SubtleCrypto]", true, "TypeError", [], 5, "TypeError"],
      ],
    },
    {
      name: "performance is the only object of its interface, and an event target",
      code: `${PRELUDE} const agrees = () => {
          const before = Date.now(), at = performance.timeOrigin + performance.now();
          return before - 5 < at && at < Date.now() + 5;
        };
        () => [String(performance), performance instanceof Performance, performance instanceof EventTarget, Object.keys(performance), tried(() => new Performance()),
        tried(() => Performance.prototype.now()), performance.now() <= performance.now(), agrees(), performance.toJSON().timeOrigin === performance.timeOrigin, performance.mark.length]`,
      output: ["[object Performance]", true, true, [], "TypeError", "TypeError", true, true, true, 1],
    },
    {
      name: "an incomplete UTF-8 sequence that nothing can complete is replaced at once",
      code: `() => [[0xf0, 0x8f], [0xed, 0xa0], [0xe0, 0x80], [0xf4, 0x90], [0xf5], [0xc1], [0xf0, 0x9f], [0xe2, 0x82], [0xc3]].map((bytes) => {
        const decoder = new TextDecoder(); return [decoder.decode(Uint8Array.from(bytes), { stream: true }).length, decoder.decode().length];
      })`,
      output: [
        [2, 0],
        [2, 0],
        [2, 0],
        [2, 0],
        [1, 0],
        [1, 0],
        [0, 1],
        [0, 1],
        [0, 1],
      ],
    },
    {
      name: "a text may begin with U+FEFF",
      code: `() => {
        const url = new URL("http://a.test"); url.search = "\ufeffx"; url.hash = "\ufeffy"; console.log("\ufeffz");
        return [url.href];
      }`,
      output: ["http://a.test/?%EF%BB%BFx#%EF%BB%BFy"],
      logs: [["info", "\ufeffz"]],
    },
    {
      name: "a request that is made of another one with options forgets where the other came from",
      code: `() => {
        const first = new Request("http://a.test", { referrer: "http://b.test/x", referrerPolicy: "origin", cache: "no-store" });
        return [undefined, {}, { unknown: 1 }, { headers: {} }, { method: "PUT" }, { signal: null }, { referrerPolicy: "no-referrer" }].map((init) => {
          const { referrer, referrerPolicy, cache } = new Request(first, init); return [referrer, referrerPolicy, cache];
        });
      }`,
      output: [
        ...Array.from({ length: 3 }, () => ["http://b.test/x", "origin", "no-store"]),
        ...Array.from({ length: 3 }, () => ["about:client", "", "no-store"]),
        ["about:client", "no-referrer", "no-store"],
      ],
    },
    {
      name: "a detached buffer has no bytes and takes none",
      code: `() => {
        const target = new Uint8Array(4); target.buffer.transfer();
        const { read, written } = new TextEncoder().encodeInto("abc", target);
        const decoder = new TextDecoder();
        return [read, written, decoder.decode(target), decoder.decode(target, { stream: true }), decoder.decode(target.buffer), decoder.decode(new DataView(new ArrayBuffer(1)))];
      }`,
      output: [0, 0, "", "", "", "\u0000"],
    },
  ],
};
