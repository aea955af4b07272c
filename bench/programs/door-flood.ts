/** Sends a server what is no request, for a while: `bun door-flood.ts URL SECONDS`. Prints how much it sent, as JSON. */
import { connect, type Socket } from "node:net";

const [url = "", seconds = "60"] = process.argv.slice(2);
const port = Number(new URL(url).port);
const end = performance.now() + Number(seconds) * 1_000;
const isOver = () => performance.now() >= end;
const random = (max: number) => Math.floor(Math.random() * max);

const REQUEST = Buffer.from(
  `POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 47\r\n\r\n${JSON.stringify({ task: "addition", input: { num1: 5, num2: 10 } })}`,
);

function open(): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.once("connect", () => resolve(socket));
    socket.once("close", () => resolve(socket));
  });
}

/** Ends a connection in one of the ways in which clients do, and waits until it is closed. */
function leave(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.once("close", () => resolve());
    const way = random(3);
    if (way === 0) socket.end();
    else if (way === 1) socket.destroy();
    else socket.resetAndDestroy();
    setTimeout(() => socket.destroy(), 1_000);
  });
}

let garbage = 0;
let bytes = 0;
async function sendGarbage(): Promise<void> {
  while (!isOver()) {
    const socket = await open();
    const chunk = crypto.getRandomValues(new Uint8Array(1 + random(32_768)));
    // Some of it begins like a request.
    socket.write(random(2) === 0 ? chunk : Buffer.concat([REQUEST.subarray(0, random(REQUEST.length)), chunk]));
    garbage += 1;
    bytes += chunk.length;
    await Bun.sleep(random(5));
    await leave(socket);
  }
}

let truncated = 0;
async function sendTruncated(): Promise<void> {
  while (!isOver()) {
    const socket = await open();
    socket.write(REQUEST.subarray(0, 1 + random(REQUEST.length - 1)));
    truncated += 1;
    await Bun.sleep(random(5));
    await leave(socket);
  }
}

let slow = 0;
async function sendSlowly(): Promise<void> {
  while (!isOver()) {
    const socket = await open();
    slow += 1;
    for (const byte of REQUEST.subarray(0, REQUEST.length - 1)) {
      if (isOver() || socket.destroyed) break;
      socket.write(Uint8Array.of(byte));
      await Bun.sleep(100);
    }
    await leave(socket);
  }
}

const workers = [
  ...Array.from({ length: 8 }, sendGarbage),
  ...Array.from({ length: 8 }, sendTruncated),
  ...Array.from({ length: 200 }, sendSlowly),
];
await Promise.all(workers);
process.stdout.write(`${JSON.stringify({ garbage, megabytes: Math.round(bytes / 1e6), truncated, slow })}\n`);
process.exit(0);
