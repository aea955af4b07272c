/**
 * A long text as UTF-8 bytes in memory that all threads share. Copying 15 MB takes a thread 70 ms, and the thread that
 * handles requests must not stop for that long, so it only passes this reference on. It has no methods, because it is
 * posted between threads.
 */
export interface SharedText {
  /** The bytes never change. They may be a part of the buffer. */
  readonly utf8: Uint8Array<SharedArrayBuffer>;
}

/** A text that is shared between threads if it is long. */
export type ShareableText = string | SharedText;

/** Texts of at least this many characters are shared. Copying one of fewer takes at most 5 ms. */
export const LONG_TEXT = 1024 * 1024;

/** Copies a text to memory that all threads share. Takes 5 ms for each MB, so call it on a thread without other work. */
export function shareText(text: string): SharedText {
  const bytes = Buffer.from(text, "utf8");
  const utf8 = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  utf8.set(bytes);
  return { utf8 };
}

/** Returns the text itself. For a {@link SharedText} this takes 5 ms for each MB. */
export function readText(text: ShareableText): string {
  return typeof text === "string" ? text : bytesOf(text).toString("utf8");
}

function bytesOf({ utf8 }: SharedText): Buffer {
  return Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength);
}

/** Returns the length of a text in UTF-8, bytes. */
export function utf8Length(text: ShareableText): number {
  return typeof text === "string" ? Buffer.byteLength(text) : text.utf8.byteLength;
}
