const { isView } = ArrayBuffer;
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as { values(): unknown };
const { values } = typedArray;

/** Returns a copy that can be resized if the buffer can be. */
export function resizableCopy(buffer: ArrayBuffer): ArrayBuffer {
  if (!buffer.resizable) return buffer.slice(0);
  const copy = new ArrayBuffer(buffer.byteLength, { maxByteLength: buffer.maxByteLength });
  new Uint8Array(copy).set(new Uint8Array(buffer));
  return copy;
}

/** Is a value memory that a clone shares instead of copying it? */
export function isSharedMemory(value: object): boolean {
  return value instanceof SharedArrayBuffer;
}

/** Was the buffer of a view detached, or did it become too short for the view? */
export function isBroken(view: ArrayBufferView): boolean {
  try {
    if (view instanceof DataView) void view.byteLength;
    else values.call(view as Uint8Array);
    return false;
  } catch {
    return true;
  }
}

/**
 * Does the length of a view follow its buffer's? The language doesn't say, so the buffer is resized for a moment. That can't be
 * tried with a buffer of its greatest length, whose last view counts as one that follows.
 */
export function isLengthTracking(view: ArrayBufferView): boolean {
  const { buffer, byteLength, byteOffset } = view;
  if (!(buffer instanceof ArrayBuffer) || !buffer.resizable || !isView(view)) return false;
  const { byteLength: length, maxByteLength } = buffer;
  const longest = Math.min(length + 8, maxByteLength);
  const step = view instanceof DataView ? 1 : (view as Uint8Array).BYTES_PER_ELEMENT;
  if (length + step > longest) return byteOffset + byteLength + step > length;
  buffer.resize(longest);
  const follows = view.byteLength !== byteLength;
  buffer.resize(length);
  return follows;
}
