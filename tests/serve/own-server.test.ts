import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

/** A free port: rules have to name the server's port before it starts. */
function freePort(): number {
  using probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("") });
  return probe.port ?? 0;
}

/** Tries to pause the queue in every way that a task has. Returns what happened. */
const PAUSE = `async ({ urls, path = "/api/v1/queue/pause" }) => {
  const outcomes = [];
  for (const base of urls) {
    for (const method of ["POST", "GET"]) {
      try {
        const body = method === "POST" ? "{}" : undefined;
        const response = await fetch(base + path, { method, body, headers: { "content-type": "application/json" } });
        outcomes.push(response.status);
      } catch (error) {
        outcomes.push([error.name, error.code, error instanceof AuthorizationError, error.message]);
      }
    }
    const socket = new WebSocket(base.replace("http", "ws") + "/graphql");
    outcomes.push(await new Promise((resolve) => {
      socket.onopen = () => resolve("open");
      socket.onerror = (event) => resolve(event.error.name);
    }));
    const source = new EventSource(base + "/api/v1/events");
    outcomes.push(await new Promise((resolve) => {
      source.onopen = () => resolve("open");
      source.onerror = () => resolve(source.readyState === 2 ? "closed" : "retrying");
    }));
    source.close();
  }
  return outcomes;
}`;

/** Addresses of this machine besides loopback. */
const interfaces = Object.values(networkInterfaces())
  .flatMap((list = []) => list)
  .filter(({ internal, address }) => !internal && !address.startsWith("fe80"))
  .map(({ address, family }) => (family === "IPv6" ? `[${address}]` : address));

const notations = (port: number) =>
  [
    ...["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "%31%32%37.0.0.1", "１２７.0.0.1"],
    ...[
      "localhost",
      "LOCALHOST",
      "sub.localhost",
      "0.0.0.0",
      "0",
      "127.0.0.9",
      "user:secret@127.0.0.1",
      "x.test:80@127.0.0.1",
    ],
    ...[
      "[::1]",
      "[::]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[::127.0.0.1]",
      "[64:ff9b::7f00:1]",
      "[2002:7f00:1::]",
    ],
    ...interfaces,
  ].map((host) => `http://${host}:${port}`);

let place: Workplace;
beforeAll(() => {
  place = newWorkplace();
  place.writeTask("pause", PAUSE);
  place.writeTask("permitted", PAUSE, { permissions: { net: ["*", "127.0.0.0/8"] } });
});
afterAll(() => place[Symbol.dispose]());

async function withServer(env: Record<string, string>, use: (server: ServeProcess, port: number) => Promise<void>) {
  const port = freePort();
  const filled = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replaceAll("%p", String(port))]),
  );
  const server = await place.serve(["--port", String(port), "--database", "sqlite::memory:"], filled);
  try {
    await use(server, port);
  } finally {
    await server.end();
  }
}

async function outcomesOf(server: ServeProcess, task: string, urls: readonly string[], path?: string) {
  const { body } = await server.call("POST", `/api/v1/tasks/${task}/execute`, { input: { urls, path } });
  return (body.output ?? body) as unknown[];
}

const isPaused = async (server: ServeProcess) => (await server.call("GET", "/api/v1/queue")).body.paused;

const REFUSED = ["PermissionError", "PERMISSION_DENIED", true, expect.stringContaining("http.allow")];

describe("a task can't reach the server that runs it", () => {
  const wide =
    '["*", "127.0.0.0/8", "::/0", "0.0.0.0/0", "127.0.0.1", "*:%p", "localhost:%p", "[::1]:%p", "127.0.0.9:%p"]';
  test.each<[string, Record<string, string>, string]>([
    ["with execution.network: any", { RATCHET_EXECUTION_NETWORK: "any" }, "pause"],
    ["with rules for everything else", { RATCHET_EXECUTION_NETWORK: "any", RATCHET_HTTP_ALLOW: wide }, "pause"],
    ["with permissions of its own", { RATCHET_EXECUTION_NETWORK: "any" }, "permitted"],
  ])(
    "%s",
    async (_, env, task) => {
      await withServer(env, async (server, port) => {
        const urls = notations(port);
        const outcomes = await outcomesOf(server, task, urls);
        expect(outcomes).toEqual(urls.flatMap(() => [REFUSED, REFUSED, "PermissionError", "closed"]));
        expect(await isPaused(server)).toBeFalsy();
      });
    },
    60_000,
  );

  test("by a redirect of another server", async () => {
    await withServer({ RATCHET_EXECUTION_NETWORK: "any" }, async (server, port) => {
      const to = `http://127.0.0.1:${port}/api/v1/queue/pause`;
      using other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => Response.redirect(to, 307) });
      const outcomes = await outcomesOf(server, "pause", [`http://127.0.0.1:${other.port}`]);
      expect(outcomes.slice(0, 2)).toEqual([REFUSED, REFUSED]);
      expect(await isPaused(server)).toBeFalsy();
    });
  }, 30_000);

  test("through a proxy", async () => {
    const asked: string[] = [];
    using proxy = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch(request) {
        asked.push(request.url);
        return fetch(request);
      },
    });
    const env = { RATCHET_EXECUTION_NETWORK: "any", RATCHET_HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
    await withServer(env, async (server, port) => {
      const urls = notations(port);
      expect(await outcomesOf(server, "pause", urls)).toEqual(
        urls.flatMap(() => [REFUSED, REFUSED, "PermissionError", "closed"]),
      );
      expect(asked).toEqual([]);
    });
  }, 60_000);
});

test("by default a server's tasks reach no private address at all, and the message says what to add", async () => {
  using other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("private") });
  const port = freePort();
  const server = await place.serve(["--port", String(port), "--database", "sqlite::memory:"], {
    RATCHET_EXECUTION_NETWORK: "",
  });
  const [outcome] = await outcomesOf(server, "pause", [`http://127.0.0.1:${other.port}`], "/");
  expect(outcome).toEqual([
    "PermissionError",
    "PERMISSION_DENIED",
    true,
    `POST http://127.0.0.1:${other.port}/ was refused: 127.0.0.1 is an address that is not public (loopback), and execution.network is "public". Add "127.0.0.1:${other.port}" to http.allow, or set execution.network to "any".`,
  ]);
  await server.end();
}, 30_000);

test("a rule with the server's own host and port lets a task pause the queue", async () => {
  await withServer(
    { RATCHET_EXECUTION_NETWORK: "", RATCHET_HTTP_ALLOW: "127.0.0.1:%p/api/v1/queue" },
    async (server, port) => {
      const here = `http://127.0.0.1:${port}`;
      const [paused] = await outcomesOf(server, "pause", [here]);
      expect(paused).toBe(200);
      expect(await isPaused(server)).toBeTruthy();
      // Only below the path of the rule, and only by this host.
      const others = await outcomesOf(server, "pause", [`${here}/api/v1/jobs?x=`, `http://localhost:${port}`]);
      expect(others.filter((one) => Array.isArray(one))).toEqual([REFUSED, REFUSED, REFUSED, REFUSED]);
    },
  );
}, 30_000);

/** May this process listen on the port that URLs leave out? */
function mayUsePort80(): boolean {
  try {
    using probe = Bun.serve({ hostname: "127.0.0.1", port: 80, fetch: () => new Response("") });
    return probe.port === 80;
  } catch {
    return false;
  }
}

test.skipIf(!mayUsePort80())(
  "a server on port 80, which its URL does not show, is closed too",
  async () => {
    const server = await place.serve(["--port", "80", "--database", "sqlite::memory:"], {
      RATCHET_EXECUTION_NETWORK: "any",
    });
    const outcomes = await outcomesOf(server, "pause", ["http://127.0.0.1", "http://localhost:80"]);
    expect(outcomes.filter((one) => Array.isArray(one))).toEqual([REFUSED, REFUSED, REFUSED, REFUSED]);
    expect(await isPaused(server)).toBeFalsy();
    await server.end();
  },
  30_000,
);
