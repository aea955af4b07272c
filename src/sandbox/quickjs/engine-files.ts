import { GUEST_PARTS } from "../guest-parts.ts";

/** Everything that a machine is made of: what has to be kept, so that guests that sleep on an engine can wake on it. */
export interface EngineFiles {
  /** The WebAssembly module, whole and without its data. */
  module: Uint8Array;
  /** The image that machines start from: see decodeImage. */
  base: Uint8Array;
  /** The compressed difference of the image of tasks with durable methods. */
  durable: Uint8Array;
  /** The bytecode of the parts, in the order of GUEST_PARTS. */
  parts: readonly Uint8Array[];
}

/** Lengths are numbers of this many bytes. */
const LENGTH_BYTES = 4;
/** How hard a record is compressed: this happens once for each version of Ratchet and database. */
const LEVEL = 9;

/** Identifies an engine, 64 hexadecimal digits. */
export function engineDigest({ module, base, durable, parts }: EngineFiles): string {
  const hasher = new Bun.CryptoHasher("sha256");
  for (const file of [module, base, durable, ...parts]) hasher.update(`${file.length} `).update(file);
  return hasher.digest("hex");
}

/** Packs the files of an engine for a store. */
export function packEngine({ module, base, durable, parts }: EngineFiles): Uint8Array {
  const files = [module, base, durable, ...parts];
  const packed = new Uint8Array(files.reduce((sum, file) => sum + LENGTH_BYTES + file.length, 0));
  const view = new DataView(packed.buffer);
  let at = 0;
  for (const file of files) {
    view.setUint32(at, file.length, true);
    packed.set(file, at + LENGTH_BYTES);
    at += LENGTH_BYTES + file.length;
  }
  return Bun.zstdCompressSync(packed, { level: LEVEL });
}

/** Unpacks what {@link packEngine} has packed. It may be of an older version, which has fewer parts. @throws {Error} if it is damaged */
export function unpackEngine(record: Uint8Array): EngineFiles {
  const packed = Bun.zstdDecompressSync(record as Uint8Array<ArrayBuffer>);
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const files: Uint8Array[] = [];
  for (let at = 0; at < packed.length; ) {
    const end = at + LENGTH_BYTES + view.getUint32(at, true);
    if (end > packed.length) throw new Error("a file of the engine is not complete");
    files.push(packed.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  const [module, base, durable, ...parts] = files;
  if (module === undefined || base === undefined || durable === undefined)
    throw new Error("files of the engine are missing");
  if (parts.length > GUEST_PARTS.length) throw new Error("the engine is newer than this version of Ratchet");
  return { module, base, durable, parts };
}
