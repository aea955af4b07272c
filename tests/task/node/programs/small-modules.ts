import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { channel, subscribe, tracingChannel } from "node:diagnostics_channel";
import fs from "node:fs";
import { isBuiltin } from "node:module";
import { isIP, isIPv4, isIPv6 } from "node:net";
import { EOL } from "node:os";
import { performance } from "node:perf_hooks";
import punycode from "node:punycode";
import { isatty } from "node:tty";
import { isMainThread } from "node:worker_threads";

export default async function () {
  const storage = new AsyncLocalStorage<number>();
  const log: unknown[] = [];
  subscribe("corpus", (message) => log.push(message));
  channel("corpus").publish({ a: 1 });
  const tracing = tracingChannel("t");
  tracing.subscribe({
    start: () => void log.push("start"),
    end: () => void log.push("end"),
    error: () => void log.push("error"),
    asyncStart: () => undefined,
    asyncEnd: () => undefined,
  });
  const traced = tracing.traceSync(() => 42);
  return {
    storage: [
      storage.getStore() ?? null,
      storage.run(1, () => [storage.getStore(), storage.run(2, () => storage.getStore()), storage.getStore()]),
      storage.getStore() ?? null,
    ],
    resource: new AsyncResource("x").runInAsyncScope((a: number) => a + 1, null, 1),
    log,
    traced,
    exists: fs.existsSync("/no/such/file"),
    builtin: [isBuiltin("fs"), isBuiltin("node:path"), isBuiltin("lodash")],
    net: [isIP("1.2.3.4"), isIP("::1"), isIP("x"), isIPv4("256.1.1.1"), isIPv6("fe80::1"), isIPv4("1.2.3")],
    punycode: [punycode.toASCII("mañana.com"), punycode.decode("maana-pta"), punycode.ucs2.decode("a😀")],
    other: [EOL, isatty(1) && false, isMainThread, typeof performance.now()],
    nextTick: await new Promise((resolve) => process.nextTick(resolve, "ticked")),
    hrtime: [process.hrtime().length, typeof process.hrtime.bigint()],
  };
}
