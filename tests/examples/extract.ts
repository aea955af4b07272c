import { posix } from "node:path";
import { lineOf, type SourceFile } from "../architecture/source-file.ts";

/** A worked example in a docstring, as a module that fails when something that it says is not so. */
export interface Example {
  /** `src/task/load.ts:26`. */
  place: string;
  code: string;
  /** Values that it says an expression has. */
  claims: number;
}

/**
 * Extracts the examples of a file. What the file exports is in scope of its examples; everything else is imported. A line
 * `expression; // => value` claims that the expression equals the value.
 * @param from the folder that the code will be in, relative to the repository
 * @throws {Error} for an `@example` that is not one closed block of TypeScript
 */
export function extractExamples(file: SourceFile, from: string): Example[] {
  return file.comments.flatMap(({ type, value, start }) =>
    type === "Block" && value.startsWith("*")
      ? examplesIn(value).map(({ text, offset }) => toExample(file, from, text, lineOf(file, start + 2 + offset)))
      : [],
  );
}

function examplesIn(comment: string): { text: string; offset: number }[] {
  return [...comment.matchAll(/^ *\* @example\b[^\n]*\n(?<body>(?:(?! *\* @\w)[^\n]*(?:\n|$))*)/gm)].map((match) => ({
    text: (match.groups?.body ?? "").replace(/^ *\* ?/gm, ""),
    offset: match.index,
  }));
}

function toExample(file: SourceFile, from: string, text: string, line: number): Example {
  const place = `${file.path}:${line}`;
  const block = /^```ts\n(?<code>.*?)^```\s*$/ms.exec(text);
  if (block === null || block.index !== 0) throw new Error(`${place}: an example is one block of \`\`\`ts`);
  let claims = 0;
  const body = (block.groups?.code ?? "")
    .replace(/(?<= from )"(\.[^"]+)"/g, (_, target: string) => JSON.stringify(moved(file.path, from, target)))
    .replace(/^(?<expression>\S.*?);? \/\/ => (?<value>.+)$/gm, (_, expression: string, value: string) => {
      claims += 1;
      return `expect<unknown>(${expression}).toEqual(${value});`;
    });
  const names = exportedNames(file).filter((name) => new RegExp(`\\b${name.replace(/^type /, "")}\\b`).test(body));
  const own = `import { ${names.join(", ")} } from ${JSON.stringify(moved(file.path, from, `./${posix.basename(file.path)}`))};`;
  return { place, code: `import { expect } from "bun:test";\n${own}\n\n${body}`, claims };
}

/** A relative import of a file, as it is written in another folder. */
function moved(path: string, from: string, target: string): string {
  return posix.relative(from, posix.join(posix.dirname(path), target));
}

/** What a file exports, types marked as such. */
function exportedNames(file: SourceFile): string[] {
  return file.program.body.flatMap((statement) => {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : null;
    switch (declaration?.type) {
      case "VariableDeclaration":
        return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []));
      case "TSInterfaceDeclaration":
      case "TSTypeAliasDeclaration":
        return [`type ${declaration.id.name}`];
      case "FunctionDeclaration":
      case "ClassDeclaration":
        return declaration.id ? [declaration.id.name] : [];
      default:
        return [];
    }
  });
}
