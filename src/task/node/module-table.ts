/** One of Node.js's modules. */
export interface NodeModule {
  /** File in guest/ that implements it; without one, all of it is absent. */
  source?: string;
  /** Why the module, or what `source` lacks of it, is not available. The sentence begins with "a task". */
  reason?: string;
  /** What to do instead. */
  remedy?: string;
}

const FILES = {
  reason: "a task has no files when it runs",
  remedy: "Import the file, or pass its content in as input.",
};
const SOCKETS = { reason: "a task has no sockets", remedy: "Use fetch, or node:http and node:https, which use it." };
const PROCESSES = {
  reason: "a task is no process and starts none",
  remedy: "Enqueue a job of another task over the server's REST API.",
};
const INSIDE = { reason: "a task can't look into the engine that runs it", remedy: "Leave it out." };
const TERMINAL = { reason: "a task has no terminal", remedy: "Pass the data in as input, and use console for output." };
const SQL = { reason: "a task has no database", remedy: "Call the database's HTTP API with fetch." };

/** All modules of Node.js that can be imported, by name. What has neither a reason nor a source is complete. */
export const NODE_MODULES: Readonly<Record<string, NodeModule>> = {
  assert: { source: "assert.ts" },
  "assert/strict": { source: "assert-strict.ts" },
  async_hooks: { source: "async-hooks.ts" },
  buffer: { source: "buffer.ts" },
  child_process: PROCESSES,
  cluster: PROCESSES,
  console: { source: "console.ts" },
  constants: { source: "constants.ts" },
  crypto: {
    source: "crypto.ts",
    reason: "a task's node:crypto has hashes, HMAC, key derivation and random values",
    remedy: "Use crypto.subtle, which has ciphers, signatures and key pairs.",
  },
  dgram: SOCKETS,
  diagnostics_channel: { source: "diagnostics-channel.ts" },
  dns: SOCKETS,
  "dns/promises": SOCKETS,
  domain: INSIDE,
  events: { source: "events.ts" },
  fs: { source: "fs.ts", ...FILES },
  "fs/promises": FILES,
  http: {
    source: "http.ts",
    reason: "a task can't listen for connections",
    remedy: "Enqueue jobs over the server's REST API instead.",
  },
  http2: SOCKETS,
  https: {
    source: "https.ts",
    reason: "a task can't listen for connections",
    remedy: "Enqueue jobs over the server's REST API instead.",
  },
  inspector: INSIDE,
  "inspector/promises": INSIDE,
  module: { source: "node-module.ts", ...INSIDE },
  net: { source: "net.ts", ...SOCKETS },
  os: { source: "os.ts", reason: "a task sees nothing of the machine", remedy: "Leave it out." },
  path: { source: "path.ts" },
  "path/posix": { source: "path-posix.ts" },
  "path/win32": { reason: "a task's paths are those of URLs and POSIX", remedy: "Use node:path." },
  perf_hooks: { source: "perf-hooks.ts", ...INSIDE },
  process: { source: "process.ts" },
  punycode: { source: "punycode.ts" },
  querystring: { source: "querystring.ts" },
  readline: TERMINAL,
  "readline/promises": TERMINAL,
  repl: TERMINAL,
  sqlite: SQL,
  stream: { source: "stream.ts" },
  "stream/consumers": { source: "stream-consumers.ts" },
  "stream/promises": { source: "stream-promises.ts" },
  "stream/web": { source: "stream-web.ts" },
  string_decoder: { source: "string-decoder.ts" },
  sys: { source: "sys.ts" },
  test: { reason: "a task does not test itself", remedy: "Write tests/*.json, and use `ratchet test`." },
  timers: { source: "timers.ts" },
  "timers/promises": { source: "timers-promises.ts" },
  tls: SOCKETS,
  trace_events: INSIDE,
  tty: { source: "tty.ts", ...TERMINAL },
  url: { source: "url.ts" },
  util: { source: "node-util.ts" },
  "util/types": { source: "util-types.ts" },
  v8: INSIDE,
  vm: { reason: "a task runs no code in other contexts", remedy: "Call the code as a function." },
  wasi: { reason: "a task has no WebAssembly", remedy: "Use a package in JavaScript." },
  worker_threads: { source: "worker-threads.ts", ...PROCESSES },
  zlib: {
    source: "zlib.ts",
    reason: "a task's node:zlib has deflate and gzip, but neither Brotli nor Zstandard",
    remedy: "Use gzip. Bodies that fetch receives are decoded already.",
  },
};

/** Modules that exist by their full name only. */
const ONLY_WITH_PREFIX = new Set(["sqlite", "test"]);

/** Returns the name of Node.js's module that `specifier` imports, without `node:`; undefined for anything else. */
export function nodeModuleName(specifier: string): string | undefined {
  const prefixed = specifier.startsWith("node:");
  const name = prefixed ? specifier.slice("node:".length) : specifier;
  if (!Object.hasOwn(NODE_MODULES, name) || (!prefixed && ONLY_WITH_PREFIX.has(name))) return undefined;
  return name;
}

/** Returns why a task can't use anything of a module, or undefined. */
export function absenceOf(name: string): { reason: string; remedy: string } | undefined {
  const { source, reason, remedy } = NODE_MODULES[name] ?? {};
  // fs and net have a few functions that always work; a task that imports them wants the others.
  const useless = source === undefined || name === "fs" || name === "net";
  return useless && reason !== undefined && remedy !== undefined ? { reason, remedy } : undefined;
}
