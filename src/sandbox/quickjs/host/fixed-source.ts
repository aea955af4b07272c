import type { FixedSources } from "../../../domain/fixed-sources.ts";
import type { Nondeterminism } from "./journal-keeper.ts";

const NANOSECONDS_PER_MS = 1_000_000;
/** A seed that is the state of Math.random itself. */
const STATE = /^[0-9a-f]{16}$/;

/** Replaces the clock, the randomness, or both, by fixed ones. @param live the sources for what is not fixed */
export function fixedNondeterminism({ startedAt, seed }: FixedSources, live: Nondeterminism): Nondeterminism {
  const source: Nondeterminism = { ...live };
  if (startedAt !== undefined) {
    const time = { ms: 0, alarms: true };
    source.virtualTime = time;
    source.clock = (monotonic) => nanoseconds(monotonic ? time.ms : startedAt + time.ms);
  }
  if (seed !== undefined) {
    const random = randomBytesOf(seed);
    source.seed = () => (STATE.test(seed) ? BigInt(`0x${seed}`) : random(8).readBigUInt64LE()) || 1n;
    source.fillRandom = (bytes) => {
      bytes.set(random(bytes.length));
    };
  }
  return source;
}

function nanoseconds(ms: number): bigint {
  return BigInt(Math.round(ms * NANOSECONDS_PER_MS));
}

/** Creates an endless sequence of bytes from a text: SHA-256 of its digest and a counter. */
function randomBytesOf(seed: string): (count: number) => Buffer {
  const key = new Bun.CryptoHasher("sha256").update(seed).digest();
  let left: Buffer = Buffer.alloc(0);
  let counter = 0;
  return (count) => {
    const blocks = [left];
    for (let length = left.length; length < count; length += key.length) {
      blocks.push(new Bun.CryptoHasher("sha256").update(key).update(String(counter++)).digest());
    }
    const bytes = Buffer.concat(blocks);
    left = bytes.subarray(count);
    return bytes.subarray(0, count);
  };
}
