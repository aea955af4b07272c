import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GUEST_ERROR_TYPES } from "../../domain/guest-errors.ts";
import { absenceOf, NODE_MODULES } from "../node/module-table.ts";

/** Files in the folder `guest-types`, in the order in which they appear. */
const PARTS = [
  ...[
    "task",
    "durable",
    "errors",
    "fetch",
    "bodies",
    "streams",
    "text",
    "urls",
    "events",
    "sockets",
    "crypto",
    "performance",
  ],
  ...["console", "globals", "files", "node-globals", "node-events", "node-stream", "node-util", "node-crypto"],
  ...["node-zlib", "node-http", "node-modules"],
];
/** Modules that exist by their full name only. */
const ONLY_WITH_PREFIX = new Set(["sqlite", "test"]);
/** Modules of which a task can hardly use anything, but something. */
const PARTLY_USABLE = new Set(["fs", "net"]);
/** Modules that are a function or a class themselves. */
const WHOLE = new Set(["assert", "assert/strict", "events", "process", "stream"]);
/** Globals that the library "dom" does not declare. */
const NOT_IN_DOM = new Set([
  "global",
  "module",
  "exports",
  "process",
  "Buffer",
  "InternalError",
  ...Object.keys(GUEST_ERROR_TYPES),
]);

const BEGINNING = `/**
 * What a task of Ratchet can use, for editors and for \`ratchet validate --types\`: the contract of a task, the web platform,
 * and the modules of Node.js. \`ratchet help guest-api\` explains it.
 *
 * Written by \`ratchet schema guest-types\`. Do not change it: the next version of Ratchet replaces it.
 *
 * It needs a tsconfig.json or jsconfig.json with \`"lib": ["esnext"]\` and \`"types": []\`. The language itself, with Intl and
 * Temporal, comes from TypeScript's library "esnext"; Temporal is in it since TypeScript 6. What TypeScript declares and a
 * task lacks: Atomics. Interfaces of the web platform follow TypeScript's lib.dom.d.ts (Copyright Microsoft Corporation,
 * Apache License 2.0), without what a task does not have.
 */

/// <reference lib="esnext" />
`;

/**
 * Puts the declarations of the guest API together.
 * @param root the project's folder
 */
export function assembleGuestTypes(root: string): string {
  const read = (part: string) => readFileSync(join(root, "guest-types", `${part}.d.ts`), "utf8");
  const parts = PARTS.map((part) => besideDom(read(part)));
  return `${[BEGINNING, ...parts, absentModules(), shortNames()].join("\n")}`;
}

/** Lets a variable have the type that the library "dom" declares, if a program has it: two types would be an error. */
function besideDom(text: string): string {
  return text.replace(/^declare var (\w+): /gm, (declaration, name: string) =>
    NOT_IN_DOM.has(name)
      ? declaration
      : `declare var ${name}: typeof globalThis extends { onmessage: any; ${name}: infer T } ? T : `,
  );
}

/** The modules that can be imported but not used. */
function absentModules(): string {
  const modules = Object.keys(NODE_MODULES).flatMap((name) => {
    const absence = absenceOf(name);
    if (absence === undefined || PARTLY_USABLE.has(name)) return [];
    const why = `${absence.reason.charAt(0).toUpperCase()}${absence.reason.slice(1)}. ${absence.remedy}`;
    return [
      `declare module "node:${name}" {`,
      `  /** @deprecated ${why} */`,
      "  const absent: { readonly [name: string]: never };",
      "  export default absent;",
      "}",
    ];
  });
  return `// Modules that can be imported, because packages do, but of which nothing can be used.\n${modules.join("\n")}\n`;
}

/** The names without \`node:\`. */
function shortNames(): string {
  const modules = Object.keys(NODE_MODULES)
    .filter((name) => !ONLY_WITH_PREFIX.has(name))
    .map((name) => `declare module "${name}" {\n${WHOLE.has(name) ? whole(name) : members(name)}}`);
  return `// The same modules by their short names.\n${modules.join("\n")}\n`;
}

function whole(name: string): string {
  return `  import whole = require("node:${name}");\n  export = whole;\n`;
}

function members(name: string): string {
  return `  export * from "node:${name}";\n  export { default } from "node:${name}";\n`;
}
