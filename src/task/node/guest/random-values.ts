import { Buffer } from "node:buffer";
import { later } from "./key-derivation.ts";

type Callback<T> = (error: unknown, result?: T) => void;
/** The most that crypto.getRandomValues gives at once. */
const AT_ONCE = 65_536;

function fill(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += AT_ONCE)
    globalThis.crypto.getRandomValues(bytes.subarray(at, at + AT_ONCE) as Uint8Array<ArrayBuffer>);
}

export function randomFillSync<T extends ArrayBufferView>(view: T, offset = 0, size?: number): T {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  fill(bytes.subarray(offset, size === undefined ? undefined : offset + size));
  return view;
}

export function randomFill<T extends ArrayBufferView>(view: T, ...rest: [...number[], Callback<T>] | unknown[]): void {
  const callback = rest.at(-1) as Callback<T>;
  const [offset, size] = rest.slice(0, -1) as number[];
  later(callback, () => randomFillSync(view, offset, size));
}

export function randomBytes(size: number, callback?: Callback<Buffer>): Buffer | undefined {
  if (!(Number.isInteger(size) && size >= 0 && size < 2 ** 31)) {
    throw Object.assign(new RangeError('The value of "size" is out of range.'), { code: "ERR_OUT_OF_RANGE" });
  }
  if (callback === undefined) return randomFillSync(Buffer.alloc(size));
  later(callback, () => randomFillSync(Buffer.alloc(size)));
  return undefined;
}

/** A number from `min` up to and without `max`, each equally likely. */
export function randomInt(
  ...values: [number] | [number, number] | [number, Callback<number>] | [number, number, Callback<number>]
): number | undefined {
  const callback = values.find((value) => typeof value === "function") as Callback<number> | undefined;
  const bounds = values.filter((value) => typeof value === "number");
  const [min, max] = bounds.length === 1 ? [0, bounds[0] as number] : (bounds as [number, number]);
  const range = max - min;
  if (!(Number.isSafeInteger(min) && Number.isSafeInteger(max) && range > 0 && range < 2 ** 48)) {
    throw Object.assign(new RangeError(`The values of "min" and "max" are out of range: ${min}, ${max}`), {
      code: "ERR_OUT_OF_RANGE",
    });
  }
  if (callback !== undefined) {
    later(callback, () => min + below(range));
    return undefined;
  }
  return min + below(range);
}

/** Draws again when a number is in the incomplete last part of the 48 bits. */
function below(range: number): number {
  const limit = 2 ** 48 - (2 ** 48 % range);
  for (;;) {
    const drawn = randomFillSync(Buffer.alloc(6)).readUIntBE(0, 6);
    if (drawn < limit) return drawn % range;
  }
}
