function nextTick(callback: (...values: unknown[]) => void, ...values: unknown[]): void {
  void Promise.resolve().then(() => callback(...values));
}

function hrtime(since?: [number, number]): [number, number] {
  const now = performance.now();
  const [seconds, nanoseconds] = [Math.floor(now / 1000), Math.floor((now % 1000) * 1e6)];
  if (since === undefined) return [seconds, nanoseconds];
  const [earlierSeconds, earlierNanoseconds] = since;
  const borrowed = nanoseconds < earlierNanoseconds;
  return [seconds - earlierSeconds - (borrowed ? 1 : 0), nanoseconds - earlierNanoseconds + (borrowed ? 1e9 : 0)];
}
hrtime.bigint = () => BigInt(Math.floor(performance.now() * 1e6));

function unavailable(name: string, remedy: string): () => never {
  return () => {
    const error = new Error(`process.${name} is not available: a task is not a process. ${remedy}`);
    throw Object.assign(error, { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" });
  };
}

/** A stream that writes whole lines to the console. */
function consoleStream(level: "log" | "error") {
  let line = "";
  return {
    isTTY: false,
    writable: true,
    write(chunk: unknown): boolean {
      const lines = `${line}${chunk}`.split("\n");
      line = lines.pop() ?? "";
      for (const one of lines) globalThis.console[level](one);
      return true;
    },
    on: () => undefined,
    once: () => undefined,
    emit: () => false,
    end: () => undefined,
  };
}

const nothing = () => process;

/**
 * Node.js's process object, with nothing of the machine that the task runs on. It never emits an event. Creating it does not
 * read the clock: a program that does so while it loads is loaded for every execution.
 */
const process = {
  title: "task",
  /** The convention by which packages recognise that they do not run in Node.js itself. */
  browser: true,
  env: { NODE_ENV: "production" } as Record<string, string | undefined>,
  argv: [] as string[],
  execArgv: [] as string[],
  argv0: "",
  execPath: "",
  exitCode: undefined as number | undefined,
  pid: 1,
  ppid: 0,
  platform: "linux",
  arch: "wasm32",
  /** The version of Node.js whose modules these are modelled on. */
  version: "v24.0.0",
  /** Without `node`: that is how packages tell that fs and the like can't be used. */
  versions: {} as Record<string, string>,
  release: {} as Record<string, string>,
  features: {},
  config: { variables: {} },
  stdout: consoleStream("log"),
  stderr: consoleStream("error"),
  nextTick,
  hrtime,
  uptime: () => performance.now() / 1000,
  cwd: () => "/",
  chdir: unavailable("chdir", "It has no folders."),
  exit: unavailable("exit", "Return from the task's function, or throw an error."),
  abort: unavailable("abort", "Throw an error."),
  kill: unavailable("kill", "It has no processes."),
  dlopen: unavailable("dlopen", "Use a package without native code."),
  binding: unavailable("binding", "Use a package without native code."),
  memoryUsage: Object.assign(() => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }), {
    rss: () => 0,
  }),
  cpuUsage: () => ({ user: 0, system: 0 }),
  umask: () => 0,
  emitWarning: (warning: unknown) => globalThis.console.warn(String(warning)),
  getBuiltinModule: () => undefined,
  on: nothing,
  once: nothing,
  off: nothing,
  addListener: nothing,
  prependListener: nothing,
  prependOnceListener: nothing,
  removeListener: nothing,
  removeAllListeners: nothing,
  setMaxListeners: nothing,
  getMaxListeners: () => 10,
  emit: () => false,
  listeners: () => [],
  listenerCount: () => 0,
  eventNames: () => [],
};

export default process;
