const { transfer } = ArrayBuffer.prototype;

/** What transfers need to know of message ports, which need transfers themselves. message-port.ts fills it. */
export const ports: {
  /** Returns a port that takes the place of another one; undefined for anything that is not a port that can be transferred. */
  makePlaceholder(item: object): object | undefined;
  move(port: object, placeholder: object): void;
} = { makePlaceholder: () => undefined, move: () => undefined };

/** Returns what a transferred object becomes; undefined if the object can't be transferred. */
export function makePlaceholder(item: object): object | undefined {
  if (!(item instanceof ArrayBuffer)) return ports.makePlaceholder(item);
  if (item.detached) return undefined;
  const { byteLength, maxByteLength } = item;
  return item.resizable ? new ArrayBuffer(byteLength, { maxByteLength }) : new ArrayBuffer(byteLength);
}

/** Gives the content or the connection of an object to its placeholder, and takes it from the object. */
export function moveTransferable(item: object, placeholder: object): void {
  if (!(item instanceof ArrayBuffer)) {
    ports.move(item, placeholder);
    return;
  }
  const target = placeholder as ArrayBuffer;
  if (target.resizable) target.resize(item.byteLength); // the task's getters may have resized it
  new Uint8Array(target).set(new Uint8Array(item));
  transfer.call(item);
}
