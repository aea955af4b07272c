/** Origins that work and that fail, each in its way. Prints their URLs as JSON, and runs until its standard input ends. */
import { startRawServer } from "../../tests/support/raw-server.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const LARGE = `HTTP/1.1 200 OK\r\nContent-Length: 102400\r\n\r\n${"x".repeat(102_400)}`;
const BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
let turn = 0;

const origins = {
  working: startRawServer((connection) => connection.write(OK)),
  large: startRawServer((connection) => connection.write(LARGE)),
  slow: startRawServer(() => undefined),
  flapping: startRawServer((connection) => connection.write(turn++ % 2 === 0 ? BUSY : OK)),
  resetting: startRawServer((connection) => connection.reset()),
  endless: startRawServer((connection) => {
    connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    void connection.flood("x".repeat(64 * 1024));
  }),
  garbage: startRawServer((connection) => connection.write("\x00\x01 this is no HTTP\r\n\r\n")),
};

const urls = Object.entries(origins).map(([name, { url }]) => [name, url]);
process.stdout.write(`${JSON.stringify({ ...Object.fromEntries(urls), down: "http://127.0.0.1:9" })}\n`);
for await (const _chunk of Bun.stdin.stream()) {
  // Only its end matters.
}
process.exit(0);
