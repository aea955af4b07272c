import { promises as dns } from "node:dns";
import type { LookupHost } from "../../src/http/resolve-host.ts";

/** A name server on loopback. */
export interface TestDnsServer {
  /** How many questions were asked about a name. */
  asked(name: string): number;
  /** Looks up a name at this server, IPv4 before IPv6, without a cache. */
  lookup: LookupHost;
  stop(): void;
}

const TYPE = { A: 1, CNAME: 5, AAAA: 28 } as const;

/**
 * Starts a name server.
 * @param answer returns the addresses of a name; `count` is how often the name was asked about before. An alias is `@name`.
 */
export async function startDnsServer(
  answer: (name: string, count: number) => readonly string[],
): Promise<TestDnsServer> {
  const counts = new Map<string, number>();
  const socket = await Bun.udpSocket({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(self, message, port, address) {
        const { name, type, end } = readQuestion(message);
        const count = counts.get(`${name} ${type}`) ?? 0;
        counts.set(`${name} ${type}`, count + 1);
        const records = answer(name, count).flatMap((text) => recordsFor(text, type));
        self.send(response(message, end, records), port, address);
      },
    },
  });
  return {
    asked: (name) => (counts.get(`${name} ${TYPE.A}`) ?? 0) + (counts.get(`${name} ${TYPE.AAAA}`) ?? 0),
    async lookup(hostname) {
      const resolver = new dns.Resolver();
      resolver.setServers([`127.0.0.1:${socket.port}`]);
      const [v4, v6] = await Promise.all([
        resolver.resolve4(hostname).catch(() => []),
        resolver.resolve6(hostname).catch(() => []),
      ]);
      return [...v4, ...v6];
    },
    stop: () => socket.close(),
  };
}

function readQuestion(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** Encodes one answer to a question of a type: none if it is an address of the other family. */
function recordsFor(text: string, type: number): Buffer[] {
  if (text.startsWith("@")) return [record(TYPE.CNAME, encodeName(text.slice(1)))];
  if (text.includes(":")) return type === TYPE.AAAA ? [record(TYPE.AAAA, v6Bytes(text))] : [];
  return type === TYPE.A ? [record(TYPE.A, Buffer.from(text.split(".").map(Number)))] : [];
}

/** A record for the name of the question (a pointer to it), without a time to live. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, data.length >> 8, data.length & 255]);
  return Buffer.concat([head, data]);
}

function encodeName(name: string): Buffer {
  return Buffer.concat([
    ...name.split(".").flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]),
    Buffer.from([0]),
  ]);
}

function v6Bytes(text: string): Buffer {
  const [head = "", tail = ""] = new URL(`http://[${text}]`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(head), groups(tail)];
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

function response(question: Buffer, end: number, records: readonly Buffer[]): Buffer {
  const head = Buffer.from(question.subarray(0, end));
  head.writeUInt16BE(0x8580, 2); // an authoritative answer
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8); // without the other sections
  return Buffer.concat([head, ...records]);
}
