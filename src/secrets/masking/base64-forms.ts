import type { SecretForm } from "./secret-form.ts";

/** Bits of a byte, and of a character of base64. */
const BYTE = 8;
const DIGIT = 6;

/**
 * Returns the forms of a text inside base64, wherever in the encoded bytes it begins: its first byte is at one of three
 * places in a group, and the characters that it shares with its neighbours are left out. At the end of the encoded bytes, the
 * last character is its own too.
 * @param prefix start of the ids
 */
export function base64Forms(prefix: string, text: string): SecretForm[] {
  const forms = ofBytes(`${prefix}b64`, Buffer.from(text.toWellFormed(), "utf8"));
  // `btoa` encodes the characters up to U+00FF as one byte each.
  if ([...text].every((char) => char <= "\u00ff") && /[\u0080-\u00ff]/.test(text)) {
    forms.push(...ofBytes(`${prefix}btoa`, Buffer.from(text, "latin1")));
  }
  return forms;
}

function ofBytes(name: string, bytes: Uint8Array): SecretForm[] {
  const forms: SecretForm[] = [];
  for (let before = 0; before < 3; before++) {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const whole = padded.replace(/=+$/, "");
    const start = Math.ceil((before * BYTE) / DIGIT);
    const end = Math.floor(((before + bytes.length) * BYTE) / DIGIT);
    const id = `${name}-${before}`;
    addAlphabets(forms, id, whole.slice(start, end));
    addAlphabets(forms, `${id}-end`, whole.slice(start));
    addAlphabets(forms, `${id}-padded`, padded.slice(start));
  }
  return forms;
}

/** Both alphabets (RFC 4648, sections 4 and 5), and the first one in URLs. */
function addAlphabets(forms: SecretForm[], id: string, text: string): void {
  forms.push({ id, text });
  if (!/[+/=]/.test(text)) return;
  forms.push({ id: `${id}-url`, text: text.replaceAll("+", "-").replaceAll("/", "_") });
  forms.push({ id: `${id}-uri`, text: encodeURIComponent(text) });
}
