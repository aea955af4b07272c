/** Start of what stands for a secret in a stored text: `{{ratchet-secret:FORM:NAME:ENCRYPTED}}`. */
export const STAND_IN_START = "{{ratchet-secret:";

/** The start in JSON, where each character may be written as an escape (RFC 8259, section 7). */
const IN_JSON = new RegExp(
  [...STAND_IN_START].map((char) => `(?:${RegExp.escape(char)}|\\\\u00${hexDigits(char.charCodeAt(0))})`).join(""),
  "g",
);

function hexDigits(code: number): string {
  return code.toString(16).replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** Returns true if a text, or a JSON text when it is decoded, contains the start of a stand-in. */
export function containsStart(text: string): boolean {
  if (text.includes(STAND_IN_START)) return true;
  if (!text.includes("\\u00")) return false;
  for (const { index } of text.matchAll(IN_JSON)) if (!isEscaped(text, index)) return true;
  return false;
}

/** A backslash after another one begins no escape. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && text.charAt(start - 1) === "\\") start--;
  return (at - start) % 2 === 1;
}
