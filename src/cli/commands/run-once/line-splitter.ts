import type { Line, LineSource } from "./line-source.ts";

const LINE_FEED = 10;

/**
 * Creates a source of lines, which keeps at most one chunk and one unfinished line. Lines end with a line feed. For JSON,
 * a carriage return before it is white space.
 * @param maxBytes longest line, bytes
 */
export function createLineSplitter(maxBytes: number): LineSource {
  let chunk: Uint8Array = new Uint8Array(0);
  let position = 0;
  let number = 0;
  let ended = false;
  /** The beginning of an unfinished line. */
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  let tooLong = false;

  const keep = (part: Uint8Array) => {
    begunBytes += part.length;
    if (begunBytes > maxBytes) {
      tooLong = true;
      begun = [];
    } else if (part.length > 0) {
      // A copy, because the chunk is reused. (`slice` of a Buffer would be a view.)
      begun.push(Uint8Array.from(part));
    }
  };
  const finish = (part: Uint8Array): Line => {
    number++;
    const long = tooLong || begunBytes + part.length > maxBytes;
    const bytes = long ? undefined : begun.length === 0 ? part : Buffer.concat([...begun, part]);
    begun = [];
    begunBytes = 0;
    tooLong = false;
    return { number, size: bytes?.length ?? 0, bytes };
  };
  const nextOrBlank = (): Line | undefined => {
    const end = chunk.indexOf(LINE_FEED, position);
    if (end !== -1) {
      const line = finish(chunk.subarray(position, end));
      position = end + 1;
      return line;
    }
    keep(chunk.subarray(position));
    position = chunk.length;
    return ended && begunBytes > 0 ? finish(new Uint8Array(0)) : undefined;
  };
  return {
    push: (next) => {
      chunk = next;
      position = 0;
      return undefined;
    },
    end: () => {
      ended = true;
      return undefined;
    },
    next: () => {
      for (;;) {
        const line = nextOrBlank();
        if (line?.bytes === undefined || !isBlank(line.bytes)) return line;
      }
    },
  };
}

/** Returns true for a line that contains only JSON's white space. */
function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) return false;
  }
  return true;
}
