const MARKUP = /[&<>"']/g;

/** Returns a value as text or an attribute of XML. */
export function xmlForm(value: string): string {
  return value.replace(MARKUP, (char) => `&#${char.charCodeAt(0)};`);
}
