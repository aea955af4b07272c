import type { JsonValue } from "../../../src/domain/json.ts";
import type { ConformanceProgram, ProgramGroup } from "../program.ts";

const PRELUDE = `
  const tried = (work) => { try { return work(); } catch (error) { return error instanceof DOMException ? error.name : "throws " + error.name; } };
  const url = (text) => tried(() => { const socket = new WebSocket(text); socket.close(); return socket.url; });
  const protocols = (value) => tried(() => { new WebSocket("ws://service.test/", value).close(); return "accepted"; });
  const close = (...values) => tried(() => { new WebSocket("ws://service.test/").close(...values); return "closed"; });
`;

/** Expressions, and what they give by https://websockets.spec.whatwg.org/. */
const BY_THE_STANDARD: readonly [what: string, expression: string, output: JsonValue][] = [
  [
    "URLs",
    `["ws://a.test", "wss://a.test:443/x?y", "HTTP://a.test:80/", "https://a.test:443/b", "https://a.test:80/b", "ws://u:p@a.test/"].map(url)`,
    ["ws://a.test/", "wss://a.test/x?y", "ws://a.test/", "wss://a.test/b", "wss://a.test:80/b", "ws://u:p@a.test/"],
  ],
  [
    "URLs that can't be opened",
    `["", "/relative", "a.test", "ftp://a.test/", "mailto:a@b", "ws://a.test/#", "ws://a.test/#x", "ws://a b/", "about:blank"].map(url)`,
    Array(9).fill("SyntaxError"),
  ],
  [
    "subprotocols",
    `[undefined, "a", [], ["a", "b"], ["a", "A"], new Set(["x", "y"]), "!#$%&'*+-.^_\`|~", 5, null].map(protocols)`,
    Array(9).fill("accepted"),
  ],
  [
    "subprotocols that no header can have",
    `["", "a b", ["a", "a"], ["a", ""], "ä", "a,b", "a\\n", ["(x)"], {}].map(protocols)`,
    Array(9).fill("SyntaxError"),
  ],
  [
    "codes and reasons",
    `[[], [1000], [3000], [4999, "x"], [undefined, "x"], [1000, "ä".repeat(61)], [999], [1001], [2999], [5000], [NaN], [-1], [70000], [1000.4], [999.6], [1000, "ä".repeat(62)], [1n], [1000, Symbol()]].map((values) => close(...values))`,
    [
      ...Array(6).fill("closed"),
      ...Array(7).fill("InvalidAccessError"),
      ...["closed", "closed", "SyntaxError", "throws TypeError", "throws TypeError"],
    ],
  ],
  [
    "arguments that are missing",
    `[tried(() => new WebSocket()), tried(() => WebSocket("ws://a.test")), tried(() => { const s = new WebSocket("ws://a.test"); try { s.send(); } finally { s.close(); } }), tried(() => new WebSocket(Symbol())), tried(() => new WebSocket("ws://a.test", [Symbol()]))]`,
    Array(5).fill("throws TypeError"),
  ],
  [
    "sending before it is open",
    `tried(() => { const s = new WebSocket("ws://a.test"); try { s.send("x"); } finally { s.close(); } })`,
    "InvalidStateError",
  ],
  [
    "sending after it is closed",
    `(() => { const s = new WebSocket("ws://a.test"); s.close(); s.send("ä€"); s.send(new Uint8Array(3)); s.send(new DataView(new ArrayBuffer(4))); s.send(new Blob(["abc"])); return [s.readyState, s.bufferedAmount]; })()`,
    [2, 15],
  ],
  [
    "the state at the beginning",
    `(() => { const s = new WebSocket("ws://a.test"); const state = [s.readyState, s.bufferedAmount, s.protocol, s.extensions, s.binaryType, s.onopen, s.onmessage, s.onerror, s.onclose]; s.close(); return state; })()`,
    [0, 0, "", "", "blob", null, null, null, null],
  ],
  [
    "binaryType",
    `(() => { const s = new WebSocket("ws://a.test"); s.close(); const seen = []; for (const value of ["arraybuffer", "nonsense", "blob", "Blob"]) { s.binaryType = value; seen.push(s.binaryType); } return seen; })()`,
    ["arraybuffer", "arraybuffer", "blob", "blob"],
  ],
  [
    "constants",
    `[WebSocket, WebSocket.prototype].map((owner) => ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].map((name) => { const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(owner, name); return [value, writable, enumerable, configurable]; }))`,
    Array(2).fill([0, 1, 2, 3].map((value) => [value, false, true, false])),
  ],
  [
    "the shape of the interface",
    `[typeof WebSocket, WebSocket.name, WebSocket.length, WebSocket.prototype.send.length, WebSocket.prototype.close.length, Object.prototype.toString.call(Object.create(WebSocket.prototype)), Object.getPrototypeOf(WebSocket) === EventTarget, Object.keys(WebSocket.prototype).sort().join(), Object.getOwnPropertyNames(WebSocket).sort().join(), Object.getOwnPropertyDescriptor(globalThis, "WebSocket").enumerable, tried(() => WebSocket.prototype.url)]`,
    [
      ...["function", "WebSocket", 1, 1, 0, "[object WebSocket]", true],
      "CLOSED,CLOSING,CONNECTING,OPEN,binaryType,bufferedAmount,close,extensions,onclose,onerror,onmessage,onopen,protocol,readyState,send,url",
      "CLOSED,CLOSING,CONNECTING,OPEN,length,name,prototype",
      ...[false, "throws TypeError"],
    ],
  ],
];

const PROGRAMS: readonly ConformanceProgram[] = BY_THE_STANDARD.map(([name, expression, output]) => ({
  name,
  code: `() => { ${PRELUDE} return ${expression}; }`,
  output,
  // Nothing responds: these programs are about what happens before that.
  http: (_, signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
}));

/** The interface of WebSocket, as far as it needs no server. */
export const webSockets: ProgramGroup = {
  title: "WebSocket's interface",
  programs: [
    ...PROGRAMS,
    {
      name: "closing while it connects fails it",
      code: `async () => {
        const socket = new WebSocket("ws://service.test/");
        const seen = [];
        for (const type of ["open", "error", "close"]) socket.addEventListener(type, (event) => seen.push([type, event.constructor.name, event.code ?? null, event.wasClean ?? null, socket.readyState, event.isTrusted]));
        socket.close();
        seen.push(socket.readyState);
        await new Promise((resolve) => socket.onclose = resolve);
        return seen;
      }`,
      output: [2, ["error", "ErrorEvent", null, null, 3, true], ["close", "CloseEvent", 1006, false, 3, true]],
    },
    {
      name: "one that is opened while the program loads belongs to the execution",
      code: `const socket = new WebSocket("ws://service.test/"); socket.close(); () => new Promise((resolve) => socket.onclose = ({ code }) => resolve(code))`,
      output: 1006,
    },
    {
      name: "each counts as a fetch",
      code: `() => { for (let i = 0; i < 3; i++) new WebSocket("ws://service.test/"); }`,
      limits: { fetchCount: 2 },
      fails: "FETCH_LIMIT",
      message: /the number of fetches is over the limit of 2 calls/,
    },
    {
      name: "one that connects does not keep an execution from ending",
      code: `() => { new WebSocket("ws://service.test/"); return "done"; }`,
      http: () => new Promise(() => undefined),
      output: "done",
    },
  ],
};
