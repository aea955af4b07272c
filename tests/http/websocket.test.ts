import { afterAll, describe, expect, test } from "bun:test";
import { constants, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { createHttpClient } from "../../src/http/http-client.ts";
import { openTestSocket, type TestSocketOptions } from "../support/socket-call.ts";
import { closeWith, type SocketServerOptions, serverFrame, startSocketServer } from "../support/socket-server.ts";

const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

async function serverWith(options?: SocketServerOptions) {
  const server = await startSocketServer(options);
  stops.push(() => server.stop());
  return server;
}

const client = createHttpClient();
stops.push(() => client.stop());
const plain = await serverWith();
const DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
const deflating = await serverWith({ headers: DEFLATE });

/** Opens a connection, and returns both of its ends. */
async function pair(server = plain, options?: TestSocketOptions) {
  const [peer, opened] = await Promise.all([server.accept(), openTestSocket(client.send, server.url, options)]);
  return { peer, ...opened, opened };
}

const compressed = (bytes: string | Uint8Array) =>
  deflateRawSync(bytes as string, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

describe("messages", () => {
  test("travel both ways, in order", async () => {
    const { peer, socket, messages, until, opened } = await pair();
    for (const text of ["", "a", "ä😀", "x".repeat(125), "y".repeat(126), "z".repeat(65_536)]) {
      socket.send(text);
      expect((await peer.next())?.payload.toString()).toBe(text);
      peer.frame(0x81, text);
    }
    socket.send(Uint8Array.of(1, 2, 3));
    expect(await peer.next()).toEqual({ first: 0x82, payload: Buffer.of(1, 2, 3) });
    peer.frame(0x82, Uint8Array.of(4, 5));
    await until(7);
    expect(messages.map((message) => message.length)).toEqual([0, 1, 3, 125, 126, 65_536, 2]);
    expect(messages[2]).toBe("ä😀");
    expect(messages[6]).toEqual(Uint8Array.of(4, 5));
    expect(opened.sent).toBe(1 + 6 + 125 + 126 + 65_536 + 3);
    socket.leave();
  });

  test("a long message is sent in fragments", async () => {
    const { peer, socket } = await pair();
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const long = Buffer.concat(Array.from({ length: 5 }, () => bytes));
    socket.send(long);
    const frames = [await peer.next(), await peer.next(), await peer.next()];
    expect(frames.map((frame) => frame?.first)).toEqual([0x02, 0x00, 0x80]);
    expect(Buffer.concat(frames.map((frame) => frame?.payload ?? Buffer.alloc(0))).equals(long)).toBe(true);
    socket.leave();
  });

  test("a fragmented message is one, whatever comes in between", async () => {
    const { peer, socket, messages, until } = await pair();
    peer.frame(0x01, "one ");
    peer.frame(0x89, "ping");
    peer.frame(0x00, "");
    peer.frame(0x8a, "pong");
    // A character across two fragments.
    peer.frame(0x00, Uint8Array.of(0xc3));
    peer.frame(0x80, Uint8Array.of(0xa4));
    await until(1);
    expect(messages).toEqual(["one ä"]);
    expect(await peer.next()).toEqual({ first: 0x8a, payload: Buffer.from("ping") });
    socket.leave();
  });

  test("any cut of the bytes gives the same messages", async () => {
    const part = fc.oneof(fc.string({ unit: "grapheme", maxLength: 300 }), fc.uint8Array({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 90 })),
        async (parts, sizes) => {
          const { peer, socket, messages, until } = await pair(deflating);
          const all = Buffer.concat(
            parts.map((data, i) => {
              const first = typeof data === "string" ? 1 : 2;
              if (i % 3 === 0) return serverFrame(0xc0 | first, compressed(data));
              if (i % 3 === 1) return serverFrame(0x80 | first, data);
              const bytes = Buffer.from(data as string);
              return Buffer.concat([serverFrame(first, bytes.subarray(0, 3)), serverFrame(0x80, bytes.subarray(3))]);
            }),
          );
          for (let at = 0; at < all.length; ) {
            const size = sizes.next().value ?? 1;
            peer.write(all.subarray(at, at + size));
            at += size;
            if (at % 5 === 0) await Promise.resolve();
          }
          await until(parts.length);
          expect(messages).toEqual(parts);
          socket.leave();
        },
      ),
      { numRuns: 25 },
    );
  });

  test("compressed messages may refer to earlier ones", async () => {
    const { peer, socket, messages, until } = await pair(deflating);
    expect(socket.extensions).toBe("permessage-deflate");
    const { createDeflateRaw } = await import("node:zlib");
    const deflate = createDeflateRaw();
    const { Z_SYNC_FLUSH } = constants;
    for (let i = 0; i < 3; i++) {
      const pieces: Buffer[] = [];
      deflate.on("data", (piece: Buffer) => pieces.push(piece));
      deflate.write("the same words over and over");
      await new Promise<void>((resolve) => deflate.flush(Z_SYNC_FLUSH, () => resolve()));
      deflate.removeAllListeners("data");
      peer.frame(0xc1, Buffer.concat(pieces).subarray(0, -4));
    }
    await until(3);
    expect(new Set(messages)).toEqual(new Set(["the same words over and over"]));
    socket.leave();
  });
});

describe("what a server must not send ends the connection", () => {
  const CASES: Record<string, [Uint8Array, number, string]> = {
    "a masked frame": [Uint8Array.of(0x81, 0x81, 0, 0, 0, 0, 65), 1002, "a masked frame"],
    "a reserved bit": [serverFrame(0xa1, "x"), 1002, "reserved bits"],
    "a compressed frame without the extension": [serverFrame(0xc1, "x"), 1002, "a reserved bit"],
    "an unknown opcode": [serverFrame(0x83, "x"), 1002, "the unknown opcode 3"],
    "an unknown control opcode": [serverFrame(0x8b, "x"), 1002, "the unknown opcode 11"],
    "a continuation of nothing": [serverFrame(0x80, "x"), 1002, "continued a message"],
    "a message within a message": [
      Buffer.concat([serverFrame(0x01, "x"), serverFrame(0x81, "y")]),
      1002,
      "before it had ended the one before",
    ],
    "a fragmented ping": [serverFrame(0x09, "x"), 1002, "a control frame"],
    "a long ping": [serverFrame(0x89, "x".repeat(126)), 1002, "a control frame"],
    "bad UTF-8": [serverFrame(0x81, Uint8Array.of(0xff)), 1007, "not UTF-8"],
    "half a surrogate in UTF-8": [serverFrame(0x81, Uint8Array.of(0xed, 0xa0, 0x80)), 1007, "not UTF-8"],
    "a close frame of one byte": [serverFrame(0x88, "x"), 1002, "a code that it must not use"],
    "a close frame with 1005": [serverFrame(0x88, closeWith(1005)), 1002, "a code that it must not use"],
    "a close frame with 999": [serverFrame(0x88, closeWith(999)), 1002, "a code that it must not use"],
    "a close frame with a bad reason": [serverFrame(0x88, closeWith(1000, Uint8Array.of(0xff))), 1007, "not UTF-8"],
    "a frame of 2^63 bytes": [Uint8Array.of(0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0), 1009, "too long"],
    "a message above the limit": [Uint8Array.of(0x82, 127, 0, 0, 0, 0, 0, 0x20, 0, 0), 1009, "too large"],
  };

  for (const [what, [bytes, status, problem]] of Object.entries(CASES)) {
    test(what, async () => {
      const { peer, ended } = await pair();
      peer.write(bytes);
      const frame = await peer.next();
      expect(frame?.first).toBe(0x88);
      expect(frame?.payload.readUInt16BE(0)).toBe(status);
      const end = await ended;
      expect(end).toMatchObject({ code: 1006, reason: "", wasClean: false, tooLarge: status === 1009 });
      expect(end.problem).toStartWith(`WebSocket ${plain.url}: `);
      expect(end.problem).toContain(problem);
      await peer.closed;
    });
  }

  test("fragments that are too large together", async () => {
    const { peer, ended } = await pair(plain, { maxMessageBytes: 1_000 });
    peer.frame(0x02, new Uint8Array(600));
    peer.frame(0x80, new Uint8Array(401));
    expect(await ended).toMatchObject({ tooLarge: true });
  });

  test("damaged compressed data", async () => {
    const { peer, ended } = await pair(deflating);
    peer.frame(0xc1, Uint8Array.of(0xff, 0xff, 0xff));
    expect(await ended).toMatchObject({ code: 1006, problem: expect.stringContaining("damaged") });
  });

  test("a bomb costs no more than the limit", async () => {
    const { peer, ended, opened } = await pair(deflating);
    peer.frame(0xc2, compressed(new Uint8Array(64 * 1024 * 1024)));
    expect(await ended).toMatchObject({ code: 1006, tooLarge: true });
    expect(opened.mostHeld).toBeLessThan(1.5 * 1024 * 1024);
  });
});

describe("endings", () => {
  test("the server's close is answered with its code", async () => {
    const { peer, ended } = await pair();
    peer.frame(0x88, closeWith(4001, "enough"));
    expect(await ended).toEqual({ code: 4001, reason: "enough", wasClean: true });
    expect((await peer.next())?.payload).toEqual(Buffer.from(closeWith(4001)));
    await peer.closed;
  });

  test("a close without a code", async () => {
    const { peer, ended } = await pair();
    peer.frame(0x88);
    expect(await ended).toEqual({ code: 1005, reason: "", wasClean: true });
    expect(await peer.next()).toEqual({ first: 0x88, payload: Buffer.alloc(0) });
  });

  test("the client's close follows what it has sent, and what arrives before the response still counts", async () => {
    const { peer, socket, ended, messages } = await pair();
    socket.send("last");
    socket.close(3000, "bye");
    socket.send("never");
    expect((await peer.next())?.payload.toString()).toBe("last");
    expect(await peer.next()).toEqual({ first: 0x88, payload: Buffer.from(closeWith(3000, "bye")) });
    peer.frame(0x81, "late");
    peer.frame(0x88, closeWith(3000, "bye"));
    expect(await ended).toEqual({ code: 3000, reason: "bye", wasClean: true });
    expect(messages).toEqual(["late"]);
    expect(await peer.next()).toBeUndefined();
  });

  for (const how of ["end", "reset"] as const) {
    test(`an abrupt ${how} is an error, after what has arrived`, async () => {
      const { peer, ended, messages, until } = await pair();
      peer.frame(0x81, "x");
      await until(1);
      peer[how]();
      const end = await ended;
      expect(end).toMatchObject({ code: 1006, wasClean: false });
      expect(end.problem).toContain("the connection was lost before it was closed");
      expect(messages).toEqual(["x"]);
    });
  }

  test("leaving says goodbye", async () => {
    const { peer, socket } = await pair();
    socket.leave();
    expect((await peer.next())?.payload).toEqual(Buffer.from(closeWith(1001)));
    await Promise.all([peer.closed, socket.closed]);
  });
});

describe("pressure", () => {
  test("a receiver that keeps messages stops the reading", async () => {
    const { peer, socket, messages, opened } = await pair(plain, { keeps: true });
    const piece = Buffer.concat(Array.from({ length: 100 }, () => serverFrame(0x82, new Uint8Array(1_000))));
    while (peer.write(piece)) {}
    await opened.until(200);
    expect(opened.mostHeld).toBeLessThan(300 * 1024);
    expect(messages.length).toBeLessThan(260);
    socket.leave();
  });

  test("no room ends the connection, and waiting for room continues it", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = await pair(plain, { room: (bytes) => (bytes > 100_000 ? promise : undefined) });
    waiting.peer.frame(0x82, new Uint8Array(200_000));
    resolve();
    await waiting.until(1);
    waiting.socket.leave();
    const { peer, ended } = await pair(plain, { room: () => Promise.reject(new Error("no room")) });
    peer.frame(0x82, new Uint8Array(2_000));
    expect(await ended).toMatchObject({ code: 1006, wasClean: false });
  });

  test("a flood of small messages leaves turns to everything else", async () => {
    const { peer, socket, opened } = await pair();
    const piece = new Uint8Array(64 * 1024).map((_, i) => (i % 2 === 0 ? 0x82 : 0));
    const flood = () => {
      while (peer.write(piece)) {}
    };
    peer.onDrain(flood);
    flood();
    let turns = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn = () => {
      turns += 1;
      if (opened.messages.length < 50_000) setImmediate(turn);
      else resolve();
    };
    turn();
    await promise;
    expect(turns).toBeGreaterThan(20);
    socket.leave();
  });
});
