// Files that a program can import besides programs and JSON. For another ending, declare it in a file of your own, and
// import it with an attribute: `import page from "./page.tpl" with { type: "text" }`.
declare module "*.txt" {
  const text: string;
  export default text;
}
declare module "*.md" {
  const text: string;
  export default text;
}
declare module "*.html" {
  const text: string;
  export default text;
}
declare module "*.xml" {
  const text: string;
  export default text;
}
declare module "*.csv" {
  const text: string;
  export default text;
}
declare module "*.tsv" {
  const text: string;
  export default text;
}
declare module "*.ndjson" {
  const text: string;
  export default text;
}
declare module "*.sql" {
  const text: string;
  export default text;
}
declare module "*.graphql" {
  const text: string;
  export default text;
}
declare module "*.svg" {
  const text: string;
  export default text;
}
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "*.bin" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.dat" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.png" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.jpg" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.jpeg" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.gif" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.webp" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.avif" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.ico" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.pdf" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.zip" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.gz" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.woff" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.woff2" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module "*.ttf" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
