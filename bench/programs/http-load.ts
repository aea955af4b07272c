/**
 * Sends one request again and again, for each line of stdin: a {@link Load} as JSON. Prints the requests a second. It reads
 * no more of a response than its status and its length, so that the server has almost all of the time.
 */
import { createInterface } from "node:readline";

/** What to send. */
export interface Load {
  url: string;
  /** The whole request, as it is sent. */
  request: string;
  /** Connections, each with one request at a time. */
  connections: number;
  requests: number;
  /** The status that every response must have. */
  status: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");

/** What is read of the response under way. */
interface Reading {
  /** The beginning of a head. */
  head: Buffer | undefined;
  /** Bytes of the body that are still to come. */
  missing: number;
}

/** Reads bytes. @returns whether the response is complete @throws {Error} if it has another status */
function read(reading: Reading, bytes: Buffer, status: number): boolean {
  if (reading.missing > 0) {
    reading.missing -= bytes.length;
    return reading.missing === 0;
  }
  const all = reading.head === undefined ? bytes : Buffer.concat([reading.head, bytes]);
  const end = all.indexOf(HEAD_END);
  if (end === -1) {
    reading.head = all;
    return false;
  }
  reading.head = undefined;
  const head = all.toString("latin1", 0, end);
  if (!head.startsWith(`HTTP/1.1 ${status}`)) throw new Error(all.toString());
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  reading.missing = length - (all.length - end - HEAD_END.length);
  return reading.missing === 0;
}

/** @returns requests a second */
async function load({ url, request, connections, requests, status }: Load): Promise<number> {
  const { hostname, port } = new URL(url);
  const bytes = Buffer.from(request);
  let toSend = requests;
  let toReceive = requests;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sockets = await Promise.all(
    Array.from({ length: connections }, () => {
      const reading: Reading = { head: undefined, missing: 0 };
      return Bun.connect({
        hostname,
        port: Number(port),
        socket: {
          data(socket, received) {
            try {
              if (!read(reading, received, status)) return;
            } catch (error) {
              return reject(error);
            }
            toReceive -= 1;
            if (toReceive === 0) resolve();
            else if (toSend-- > 0) socket.write(bytes);
          },
          close: () => reject(new Error("the server closed a connection")),
        },
      });
    }),
  );
  const start = performance.now();
  for (const socket of sockets) {
    toSend -= 1;
    socket.write(bytes);
  }
  await promise;
  const seconds = (performance.now() - start) / 1_000;
  for (const socket of sockets) socket.end();
  return requests / seconds;
}

if (import.meta.main) {
  for await (const line of createInterface(process.stdin)) {
    process.stdout.write(`${await load(JSON.parse(line) as Load)}\n`);
  }
}
