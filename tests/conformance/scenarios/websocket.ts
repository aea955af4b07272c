import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Journal } from "../../../src/domain/recording.ts";
import { createHttpClient, type HttpClient } from "../../../src/http/http-client.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { closeWith, type ServerConnection, type SocketServer, startSocketServer } from "../../support/socket-server.ts";
import { hostsOf } from "../../support/task-rules.ts";
import { failureOf, type Given, loggedBy, outputOf, run } from "../request.ts";

/** Waits for events of a socket, and notes them. */
const PRELUDE = `
  const noted = [];
  const next = (socket, type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
  const note = (socket) => { for (const type of ["open", "message", "error", "close"]) socket.addEventListener(type, (event) => noted.push(type === "message" ? event.data : type === "close" ? ["close", event.code, event.reason, event.wasClean] : type)); };
`;

/** What a WebSocket does with a real server. */
export function webSocketScenarios(executor: () => Executor): void {
  let client: HttpClient;
  let server: SocketServer;
  beforeAll(async () => {
    client = createHttpClient({ timeoutMs: 5_000 });
    server = await startSocketServer();
  });
  afterAll(async () => {
    server.stop();
    await client.stop();
  });

  const task = (body: string) => `async (url) => { ${PRELUDE} ${body} }`;
  const given = (more: Given = {}): Given => ({ input: server.url, http: client.send, ...more });

  /** Runs a task against a script of the server. */
  async function talk(body: string, script: (peer: ServerConnection) => unknown, more: Given = {}) {
    const [output] = await Promise.all([outputOf(executor(), task(body), given(more)), server.accept().then(script)]);
    return output;
  }

  describe("a WebSocket with a server", () => {
    test("exchanges messages of every kind", async () => {
      const body = `
        const socket = new WebSocket(url); note(socket);
        await next(socket, "open");
        const state = [socket.readyState, socket.protocol, socket.extensions];
        socket.send("ä€"); socket.send(new Uint8Array([1, 2]).buffer); socket.send(new Uint8Array([0, 3, 4, 0]).subarray(1, 3)); socket.send(new Blob(["bl", "ob"])); socket.send(5);
        const blob = (await next(socket, "message")).data;
        socket.binaryType = "arraybuffer";
        const buffer = (await next(socket, "message")).data;
        const text = await next(socket, "message");
        socket.close(3001, "done");
        const closing = socket.readyState;
        const { code, reason, wasClean } = await next(socket, "close");
        return [state, blob instanceof Blob, await blob.text(), buffer instanceof ArrayBuffer, [...new Uint8Array(buffer)], text.data, text.origin === url.slice(0, -1), text instanceof MessageEvent, closing, code, reason, wasClean, socket.readyState];`;
      const output = await talk(body, async (peer) => {
        const frames = [await peer.next(), await peer.next(), await peer.next(), await peer.next(), await peer.next()];
        expect(frames.map((frame) => frame?.first)).toEqual([0x81, 0x82, 0x82, 0x82, 0x81]);
        const payloads = frames.map((frame) => frame?.payload.toString());
        expect(payloads).toEqual(["ä€", "\x01\x02", "\x03\x04", "blob", "5"]);
        peer.frame(0x82, "one");
        peer.frame(0x82, Uint8Array.of(7, 8));
        peer.frame(0x81, "grüß");
        expect((await peer.next())?.payload).toEqual(Buffer.from(closeWith(3001, "done")));
        peer.frame(0x88, closeWith(3001, "done"));
      });
      expect(output).toEqual([[1, "", ""], true, "one", true, [7, 8], "grüß", true, true, 2, 3001, "done", true, 3]);
    });

    test("gets what the server does on its own, in order", async () => {
      const body = `const socket = new WebSocket(url); note(socket); await next(socket, "close"); return noted;`;
      const output = await talk(body, (peer) => {
        for (let i = 0; i < 50; i++) peer.frame(0x81, String(i));
        peer.frame(0x88, closeWith(1001, "bye"));
      });
      const numbers = Array.from({ length: 50 }, (_, i) => String(i));
      expect(output).toEqual(["open", ...numbers, ["close", 1001, "bye", true]]);
    });

    test("is told that the server broke off, or broke the protocol", async () => {
      const body = `
        const socket = new WebSocket(url); note(socket);
        let message; socket.onerror = (event) => { message = [event.message.replace(url, "URL"), event.error.name]; };
        await next(socket, "close");
        return [noted, message];`;
      const end = [["open", "error", ["close", 1006, "", false]]];
      const lost = "WebSocket URL: the connection was lost before it was closed";
      expect(await talk(body, (peer) => peer.end())).toEqual([...end, [lost, "NetworkError"]]);
      const masked = "WebSocket URL: the server sent a masked frame";
      const output = await talk(body, (peer) => peer.write(Uint8Array.of(0x81, 0x80, 0, 0, 0, 0)));
      expect(output).toEqual([...end, [masked, "NetworkError"]]);
    });

    test("says why it can't be opened, as fetch does", async () => {
      const closed = await startSocketServer();
      closed.stop();
      const body = `
        const socket = new WebSocket(url); note(socket);
        const { message, error } = await next(socket, "error");
        await next(socket, "close");
        return [noted, message, error.name, error.cause?.code ?? null];`;
      const open = (more: Given) => outputOf(executor(), task(body), given(more));
      const end = ["error", ["close", 1006, "", false]];
      const refused = `WebSocket ${closed.url}: the connection was refused (127.0.0.1 port ${closed.port})`;
      expect(await open({ input: closed.url })).toEqual([end, refused, "NetworkError", "ECONNREFUSED"]);
      const taskRules = hostsOf("example.com");
      const forbidden = `WebSocket ${server.url} was refused: the host 127.0.0.1:${server.port} is not in the task's permissions.hosts. Add "127.0.0.1:${server.port}" to permissions.hosts in metadata.json.`;
      const http: Given["http"] = (request, signal) => client.send({ ...request, taskRules }, signal);
      expect(await open({ http })).toEqual([end, forbidden, "PermissionError", null]);
    });

    test("a failure that nobody listens for is a warning in the console", async () => {
      const closed = await startSocketServer();
      closed.stop();
      const body = `const socket = new WebSocket(url); await next(socket, "close");`;
      const logs = await loggedBy(executor(), task(body), given({ input: closed.url }));
      const message = `WebSocket ${closed.url}: the connection was refused (127.0.0.1 port ${closed.port})`;
      expect(logs).toEqual([["warn", message]]);
    });

    test("a rejection with the error event shows the reason", async () => {
      const closed = await startSocketServer();
      closed.stop();
      const body = `await new Promise((_, reject) => { new WebSocket(url).onerror = reject; });`;
      const error = await failureOf(executor(), task(body), given({ input: closed.url }));
      expect(error.message).toContain("the connection was refused");
    });

    test("bufferedAmount falls when messages have been sent", async () => {
      const body = `
        const socket = new WebSocket(url);
        await next(socket, "open");
        for (let i = 0; i < 10; i++) socket.send(new Uint8Array(100_000));
        const before = socket.bufferedAmount;
        while (socket.bufferedAmount > 0) await new Promise((resolve) => setTimeout(resolve, 1));
        return before;`;
      expect(await talk(body, () => undefined)).toBe(1_000_000);
    });

    test("an open one keeps nobody waiting, but what was sent arrives", async () => {
      const body = `const socket = new WebSocket(url); await next(socket, "open"); socket.send("x".repeat(3_000_000)); return 1;`;
      const output = await talk(body, async (peer) => {
        let bytes = 0;
        for (let frame = await peer.next(); frame !== undefined && frame.first !== 0x88; frame = await peer.next()) {
          bytes += frame.payload.length;
        }
        expect(bytes).toBe(3_000_000);
      });
      expect(output).toBe(1);
    });

    test("the end of an execution says goodbye, however it ends", async () => {
      const goodbye = async (peer: ServerConnection) => {
        expect((await peer.next())?.payload).toEqual(Buffer.from(closeWith(1001)));
        await peer.closed;
      };
      await talk(`const socket = new WebSocket(url); await next(socket, "open"); return 1;`, goodbye);
      const waits = task(
        `const socket = new WebSocket(url); await next(socket, "open"); socket.send("x"); await next(socket, "message");`,
      );
      const [late] = await Promise.all([
        failureOf(executor(), waits, given({ limits: { timeMs: 500 } })),
        server.accept().then(async (peer) => {
          await peer.next();
          await goodbye(peer);
        }),
      ]);
      expect(late.code).toBe("TIME_LIMIT");
      const stopping = new AbortController();
      const [cancelled] = await Promise.all([
        failureOf(executor(), waits, given({ signal: stopping.signal })),
        server.accept().then(async (peer) => {
          await peer.next();
          stopping.abort();
          await goodbye(peer);
        }),
      ]);
      expect(cancelled.code).toBe("CANCELLED");
    });
  });

  describe("a WebSocket meets limits", () => {
    const receives = `const socket = new WebSocket(url); let count = 0; socket.onmessage = () => { count += 1; }; await next(socket, "close"); return count;`;

    async function failing(body: string, script: (peer: ServerConnection) => unknown, more: Given) {
      const [error] = await Promise.all([failureOf(executor(), task(body), given(more)), server.accept().then(script)]);
      return error;
    }

    test("a message that is too large", async () => {
      const limits = { fetchResponseBytes: 10_000 };
      const error = await failing(receives, (peer) => peer.frame(0x82, new Uint8Array(10_001)), { limits });
      expect(error).toMatchObject({ code: "FETCH_LIMIT", data: { limit: 10_000, unit: "bytes" } });
      expect(error.message).toContain("a WebSocket message is over the limit");
    });

    test("all messages together, in both directions", async () => {
      const limits = { fetchTotalBytes: 50_000 };
      const flood = (peer: ServerConnection) => {
        for (let i = 0; i < 60; i++) peer.frame(0x82, new Uint8Array(1_000));
      };
      expect((await failing(receives, flood, { limits })).code).toBe("FETCH_LIMIT");
      const sends = `const socket = new WebSocket(url); await next(socket, "open"); for (;;) socket.send("x".repeat(1_000));`;
      expect((await failing(sends, () => undefined, { limits })).code).toBe("FETCH_LIMIT");
    });

    test("what is sent to a server that does not read counts as the execution's memory", async () => {
      const sends = `const socket = new WebSocket(url); await next(socket, "open"); const data = new Uint8Array(4_000_000); for (let i = 0; i < 50; i++) socket.send(data); await next(socket, "close");`;
      const limits = { fetchTotalBytes: 1_000_000_000, timeMs: 15_000 };
      const error = await failing(sends, (peer) => peer.pause(), { limits });
      expect(error.code).toBe("MEMORY_LIMIT");
    });

    test("a guest that is busy stops the server", async () => {
      const body = `const socket = new WebSocket(url); await next(socket, "message"); for (const until = Date.now() + 150; Date.now() < until; ); return 1;`;
      const piece = Buffer.alloc(2 * 100_000).fill(Buffer.of(0x82, 0));
      let taken = 0;
      const output = await talk(body, (peer) => {
        const flood = () => {
          while (taken < 200_000_000) {
            taken += piece.length;
            if (!peer.write(piece)) return;
          }
        };
        peer.onDrain(flood);
        flood();
        return peer.closed;
      });
      expect(output).toBe(1);
      // It is what the system's buffers take.
      expect(taken).toBeLessThan(30_000_000);
    });
  });

  test("a recorded order of messages is kept", async () => {
    const body = `
      const first = new WebSocket(url), second = new WebSocket(url);
      const order = [];
      const collect = (socket, name) => new Promise((resolve) => { let left = 5; socket.onmessage = ({ data }) => { order.push(name + data); if (--left === 0) resolve(); }; });
      const timer = new Promise((resolve) => setTimeout(() => { order.push("timer"); resolve(); }, 1));
      await Promise.all([collect(first, "a"), collect(second, "b"), timer]);
      return [order, first.bufferedAmount];`;
    let journal: Journal | undefined;
    const script = async () => {
      for (let n = 0; n < 2; n++) {
        const peer = await server.accept();
        for (let i = 0; i < 5; i++) peer.frame(0x81, String(i));
      }
    };
    const onJournal = (made: Journal) => {
      journal = made;
    };
    const [recorded] = await Promise.all([outputOf(executor(), task(body), given({ onJournal })), script()]);
    expect(journal?.deliveries.filter(({ kind }) => kind === "socket")).toHaveLength(12);
    for (let i = 0; i < 3; i++) {
      const [again] = await Promise.all([run(executor(), task(body), given({ replay: journal })), script()]);
      expect(again).toMatchObject({ status: "completed", outputJson: JSON.stringify(recorded) });
    }
  });
}
