/** What an import makes of a file, whatever its name: `import text from "./page.html" with { type: "text" }`. */
export type ImportType = "json" | "text" | "bytes";

const TYPES: readonly string[] = ["json", "text", "bytes"] satisfies ImportType[];

/** A specifier and the attributes after it, in both forms of import. The bundler does not report attributes. */
const WITH_ATTRIBUTES =
  /(?:\bfrom|\bimport)\s*\(?\s*(["'])((?:\\.|(?!\1)[^\\\n])*)\1\s*(?:,\s*\{\s*)?(?:with|assert)\s*:?\s*\{([^{}]*)\}/g;
const TYPE = /(?:^|[,\s])(?:type|"type"|'type')\s*:\s*(["'])(\w+)\1/;

/** Returns the types of the imports in a source that have one, by their specifiers; "several" if they differ. */
export function importTypes(text: string): ReadonlyMap<string, ImportType | "several"> {
  const found = new Map<string, ImportType | "several">();
  if (!/\b(?:with|assert)\s*:?\s*\{/.test(text)) return found;
  for (const [, , specifier = "", attributes = ""] of text.matchAll(WITH_ATTRIBUTES)) {
    const type = TYPE.exec(attributes)?.[2] ?? "";
    const known = found.get(specifier) ?? type;
    if (TYPES.includes(type)) found.set(specifier, known === type ? (type as ImportType) : "several");
  }
  return found;
}

/** Returns a module whose default export is a Uint8Array with these bytes. */
export function bytesModule(bytes: Uint8Array): string {
  const base64 = JSON.stringify(Buffer.from(bytes).toString("base64"));
  return `export default Uint8Array.from(atob(${base64}),(one)=>one.charCodeAt(0));`;
}
