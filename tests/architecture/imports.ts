import { posix } from "node:path";
import { Visitor } from "oxc-parser";
import type { SourceFile } from "./source-file.ts";

/** One import, static or dynamic, of types or of values, or a re-export. */
export interface Import {
  specifier: string;
  /** What it means from the repository's root when it is relative: `src/domain/errors.ts`. */
  target: string | undefined;
  start: number;
}

/** Every import of a file, in order. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: unknown, node: { start: number }) => {
    if (typeof specifier !== "string") return;
    const target = specifier.startsWith(".") ? posix.join(posix.dirname(file.path), specifier) : undefined;
    found.push({ specifier, target, start: node.start });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node),
    ExportAllDeclaration: (node) => add(node.source.value, node),
    ExportNamedDeclaration: (node) => add(node.source?.value, node),
    ImportExpression: (node) => add(node.source.type === "Literal" ? node.source.value : undefined, node),
    TSImportType: (node) => add(node.source.value, node),
  }).visit(file.program);
  return found.sort((a, b) => a.start - b.start);
}
