/** The names that XML has for characters (https://www.w3.org/TR/xml/#sec-predefined-ent). */
const NAMES: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };

const MARKUP = /[&<>"']/g;

/** Returns a value as text or an attribute of XML. */
export function xmlForm(value: string): string {
  return value.replace(MARKUP, (char) => `&#${char.charCodeAt(0)};`);
}

/** Returns the forms that servers write a value in that came to them in XML: with names, fewer references, or in hex. */
export function xmlForms(value: string): string[] {
  const named = value.replace(MARKUP, (char) => `&${NAMES[char]};`);
  const hex = value.replace(MARKUP, (char) => `&#x${char.charCodeAt(0).toString(16)};`);
  const inText = value.replace(/[&<>]/g, (char) => `&${NAMES[char]};`);
  const inAttribute = value.replace(/[&<>"]/g, (char) => `&${NAMES[char]};`);
  const html = inAttribute.replaceAll("'", "&#39;");
  return [xmlForm(value), named, hex, hex.toUpperCase().replaceAll("&#X", "&#x"), inText, inAttribute, html];
}
