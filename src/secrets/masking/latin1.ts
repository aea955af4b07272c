/** Returns the UTF-8 bytes of a text as characters. */
export function latin1Of(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
