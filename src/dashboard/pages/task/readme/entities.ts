const ENTITY = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/gi;

/** Returns a text with HTML's character references replaced by their characters. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  // The parser gets nothing but a reference, and its document is never shown.
  return text.replace(ENTITY, (entity) => {
    return new DOMParser().parseFromString(entity, "text/html").documentElement.textContent ?? entity;
  });
}
