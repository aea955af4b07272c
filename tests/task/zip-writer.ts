import { deflateRawSync } from "node:zlib";

/** One entry of an archive, with everything that an honest packer would not write. */
export interface ZipEntry {
  name: string;
  data?: string | Uint8Array;
  /** Unix mode with file type. @default 0o100644 */
  mode?: number;
  /** Uncompressed size as declared. @default the true one */
  declaredSize?: number;
  /** @default the true one */
  crc?: number;
  /** 0 stores, 8 deflates. @default 8 */
  method?: number;
  /** Bit 0 means encrypted; bit 11, names in UTF-8, is set. */
  flags?: number;
}

/** Writes a zip archive (APPNOTE 6.3) just as it is told. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const locals: Uint8Array[] = [];
  const centrals: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.name);
    const data =
      typeof entry.data === "string" ? new TextEncoder().encode(entry.data) : (entry.data ?? new Uint8Array());
    const method = entry.method ?? 8;
    const packed = method === 8 ? new Uint8Array(deflateRawSync(data)) : data;
    const shared = new Uint8Array(26);
    const fields = new DataView(shared.buffer);
    fields.setUint16(0, 20, true);
    fields.setUint16(2, 0x800 | (entry.flags ?? 0), true);
    fields.setUint16(4, method, true);
    fields.setUint32(10, entry.crc ?? Bun.hash.crc32(data), true);
    fields.setUint32(14, packed.length, true);
    fields.setUint32(18, entry.declaredSize ?? data.length, true);
    fields.setUint16(22, name.length, true);
    const local = concat([signature(0x04034b50), shared, name, packed]);
    const attributes = new Uint8Array(14);
    const attributeFields = new DataView(attributes.buffer);
    attributeFields.setUint32(6, (entry.mode ?? 0o100644) * 0x10000, true);
    attributeFields.setUint32(10, offset, true);
    // "Made by" Unix, version 3.0.
    centrals.push(concat([signature(0x02014b50), Uint8Array.of(30, 3), shared, attributes, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = concat(centrals);
  const end = new Uint8Array(18);
  const fields = new DataView(end.buffer);
  fields.setUint16(4, entries.length, true);
  fields.setUint16(6, entries.length, true);
  fields.setUint32(8, directory.length, true);
  fields.setUint32(12, offset, true);
  return concat([...locals, directory, signature(0x06054b50), end]);
}

function signature(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
