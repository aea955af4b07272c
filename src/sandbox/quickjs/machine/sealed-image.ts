/** What images of sleeping guests begin with. The last character changes when the bytes after it have another layout. */
const MARK = new TextEncoder().encode("rtz1");
const DIGEST_BYTES = 32;

/** An image of a sleeping guest that arrived as it was made. */
export interface OpenedImage {
  /** The digest of the engine that made it. */
  engine: string;
  payload: Uint8Array;
}

/** Puts the engine's digest before the payload of an image, and a checksum of everything behind it. */
export function sealImage({ engine, payload }: OpenedImage): Uint8Array {
  const image = new Uint8Array(MARK.length + DIGEST_BYTES + payload.length + DIGEST_BYTES);
  image.set(MARK);
  image.set(Buffer.from(engine, "hex"), MARK.length);
  image.set(payload, MARK.length + DIGEST_BYTES);
  image.set(checksum(image.subarray(0, -DIGEST_BYTES)), image.length - DIGEST_BYTES);
  return image;
}

/** Reads what {@link sealImage} made. @returns undefined if it is damaged, or something else */
export function openImage(image: Uint8Array): OpenedImage | undefined {
  if (image.length < MARK.length + 2 * DIGEST_BYTES || !MARK.every((byte, i) => image[i] === byte)) return undefined;
  if (Buffer.compare(checksum(image.subarray(0, -DIGEST_BYTES)), image.subarray(-DIGEST_BYTES)) !== 0) return undefined;
  const engine = Buffer.from(image.subarray(MARK.length, MARK.length + DIGEST_BYTES)).toString("hex");
  return { engine, payload: image.subarray(MARK.length + DIGEST_BYTES, -DIGEST_BYTES) };
}

function checksum(bytes: Uint8Array): Buffer {
  return new Bun.CryptoHasher("sha256").update(bytes).digest();
}
