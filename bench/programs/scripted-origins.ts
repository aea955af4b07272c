/** Origins that work and that fail, each in its way. Prints their URLs as JSON, and runs until its standard input ends. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type RawConnection, startRawServer } from "../../tests/support/raw-server.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const LARGE = `HTTP/1.1 200 OK\r\nContent-Length: 102400\r\n\r\n${"x".repeat(102_400)}`;
const BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const BOMB = gzipSync(Buffer.alloc(512 * 1024 * 1024), { level: 9 });
const PACKED = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${BOMB.byteLength}\r\n\r\n`;
let turn = 0;

/** Begins a response, and repeats the rest of it without an end. */
function endless(beginning: string, piece: string) {
  return startRawServer((connection) => {
    connection.write(beginning);
    void connection.flood(piece.repeat(Math.ceil((64 * 1024) / piece.length)));
  });
}

function drip(connection: RawConnection): void {
  connection.write(CHUNKED);
  const timer = setInterval(() => connection.write("1\r\nx\r\n"), 5);
  setTimeout(() => clearInterval(timer), 60_000);
}

function floodSocket(connection: RawConnection, request: string): void {
  const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1];
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const head = ["HTTP/1.1 101 Yes", "Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`];
  connection.write(`${head.join("\r\n")}\r\n\r\n`);
  void connection.flood("\x81\x05hello".repeat(9_000));
}

const origins = {
  working: startRawServer((connection) => connection.write(OK)),
  large: startRawServer((connection) => connection.write(LARGE)),
  slow: startRawServer(() => undefined),
  flapping: startRawServer((connection) => connection.write(turn++ % 2 === 0 ? BUSY : OK)),
  resetting: startRawServer((connection) => connection.reset()),
  garbage: startRawServer((connection) => connection.write("\x00\x01 this is no HTTP\r\n\r\n")),
  endless: endless("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "x"),
  headers: endless("HTTP/1.1 200 OK\r\n", "X-More: of it\r\n"),
  informational: endless("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
  redirecting: startRawServer((connection) =>
    connection.write(`HTTP/1.1 302 On\r\nLocation: /${turn++}\r\nContent-Length: 0\r\n\r\n`),
  ),
  extensions: endless(`${CHUNKED}5;`, "extension=1;"),
  chunks: endless(CHUNKED, "1\r\nx\r\n"),
  bomb: startRawServer((connection) => {
    connection.write(PACKED);
    connection.write(BOMB);
  }),
  drip: startRawServer(drip),
  socket: startRawServer(floodSocket),
};

const urls = Object.entries(origins).map(([name, { url }]) => [name, url]);
process.stdout.write(`${JSON.stringify({ ...Object.fromEntries(urls), down: "http://127.0.0.1:9" })}\n`);
for await (const _chunk of Bun.stdin.stream()) {
  // Only its end matters.
}
process.exit(0);
