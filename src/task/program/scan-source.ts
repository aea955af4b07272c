import { RatchetError } from "../../domain/errors.ts";
import type { Problem } from "../../domain/problem.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import { DECORATOR_MODULE, hasDecorators } from "./legacy-decorators.ts";
import type { PreparedSource } from "./prepare-source.ts";
import type { SourceLanguage } from "./source-language.ts";

/** What the bundler says about `require` of a module with top-level `await`. */
export const REQUIRES_ASYNC = /^This require call is not allowed because .* contains a top-level await/;

/** What a source imports and exports. */
export interface ScannedSource {
  /** Has `import` or `export` statements. */
  isModule: boolean;
  /** Names it exports. `export *` from another file is not followed, and listed as "*". */
  exports: readonly string[];
  /** What it imports or requires by a constant name, in order and without duplicates. */
  imports: readonly string[];
  /** Parses the source again to find out if it awaits something outside of its functions. False for a module with exports. */
  awaits: () => boolean;
}

/**
 * Creates Bun's transpiler for untrusted source. That takes ten times as long as to scan a small file. **`macro: false` is essential:** otherwise
 * `import {f} from "..." with {type: "macro"}` would run code in this process while the source is only being read.
 * A test verifies the effect of this option.
 */
export function untrustedTranspiler(language: SourceLanguage | "jsx" | "tsx"): Bun.Transpiler {
  return new Bun.Transpiler({
    loader: language,
    target: "browser",
    // The option is missing from the declared type.
    macro: false as unknown as NonNullable<Bun.TranspilerOptions["macro"]>,
    deadCodeElimination: false,
    trimUnusedImports: language === "ts" || language === "tsx",
  });
}

/** Returns true if a module exports a function that can be the task's: `default` or `main`. */
export function exportsFunction({ exports }: ScannedSource): boolean {
  return exports.some((name) => name === "default" || name === "main" || name === "*");
}

/**
 * Parses a source and returns what it imports and exports.
 * @throws {RatchetError} TASK_INVALID with the line and column of every syntax error
 */
export function scanSource(
  source: PreparedSource,
  language: SourceLanguage | "jsx" | "tsx",
  file: string,
): ScannedSource {
  const { text } = source;
  try {
    const transpiler = untrustedTranspiler(language);
    const { imports: used, exports } = transpiler.scan(text);
    // `scan` omits require(), and imports that are only used as types.
    const imports = /\b(?:require|import)\b/.test(text) ? [...used, ...scanImports(text, transpiler)] : used;
    return {
      isModule: exports.length > 0 || imports.some(({ kind }) => kind === "import-statement"),
      exports: /\bexport\s*\*/.test(text) ? [...exports, "*"] : exports,
      imports: [...new Set(imports.map(({ path }) => path))],
      awaits: () => hasTopLevelAwait(text, transpiler),
    };
  } catch (error) {
    throw syntaxError(error, source, file);
  }
}

/**
 * Returns what a source imports or requires, with the modules that are only used as types.
 * @throws {AggregateError} for a source that can't be parsed
 */
export function scanImports(text: string, transpiler: Bun.Transpiler): Bun.Import[] {
  // This parser of Bun 1.4.5 knows no `accessor` members, while the one that transpiles turns them into others.
  if (!hasDecorators(text)) return transpiler.scanImports(text);
  return transpiler.scanImports(transpiler.transformSync(text)).filter(({ path }) => path !== DECORATOR_MODULE);
}

/** Converts an error of the parser or the bundler to one with problems of the task. */
export function syntaxError(error: unknown, source: PreparedSource, file: string): RatchetError {
  const messages: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const problems = messages.map((message) => syntaxProblem(message, source, file));
  const [first] = problems;
  const place = first?.line === undefined ? file : `${file}:${first.line}:${first.column ?? 1}`;
  return new RatchetError("TASK_INVALID", `${place}: ${first?.message ?? "The program cannot be parsed."}`, {
    problems,
    remedy: first?.remedy ?? "Fix the program.",
    cause: error,
  });
}

/** Converts a message of Bun's parser to a problem. */
export function syntaxProblem(message: unknown, source: PreparedSource, file: string): Problem {
  const text = messageOf(message);
  const position = positionOf(message);
  const place = position && authorsPosition(position, source);
  const nested = text.includes("Maximum call stack size exceeded");
  if (text === "Macros are disabled") {
    return {
      severity: "error",
      file,
      ...place,
      message: "Macros are not supported, because no code of a task runs while it is loaded.",
      remedy: "Import the function without attributes, and call it when the task runs.",
    };
  }
  const [, exporter, name] = /^No matching export in "\w+:(.*)" for import "(.*)"$/.exec(text) ?? [];
  if (exporter !== undefined) {
    return {
      severity: "error",
      file,
      ...place,
      message: `${exporter} has no export named ${JSON.stringify(name)}.`,
      remedy: "Correct the name, or export it there.",
    };
  }
  if (REQUIRES_ASYNC.test(text)) {
    return {
      severity: "error",
      file,
      ...place,
      message: "require() can't load a module with top-level await (ERR_REQUIRE_ASYNC_MODULE).",
      remedy: "Use an import statement, or `await import(...)`.",
    };
  }
  return {
    severity: "error",
    file,
    ...place,
    message: nested ? "The program is nested too deeply." : `Syntax error: ${text}.`,
    remedy: isAwaitOutside(text)
      ? "Make the function that contains the await async."
      : "Fix the program at this position.",
  };
}

function hasTopLevelAwait(text: string, transpiler: Bun.Transpiler): boolean {
  if (!/\bawait\b/.test(text)) return false;
  try {
    // Inside a function that is not async, the parser rejects it.
    transpiler.scan(`(function(){${text}\n})`);
    return false;
  } catch (error) {
    const messages: unknown[] = error instanceof AggregateError ? error.errors : [error];
    return messages.some((message) => isAwaitOutside(messageOf(message)));
  }
}

/** Is this what the parser and the bundler say about `await` outside of async functions? */
export function isAwaitOutside(message: string): boolean {
  return /^(?:"await" can only be used inside an "async" function|Cannot use "await" outside an async function)/.test(
    message,
  );
}

function positionOf(message: unknown): { line: number; column: number; offset: number } | undefined {
  if (typeof message !== "object" || message === null || !("position" in message)) return undefined;
  const { position } = message;
  if (typeof position !== "object" || position === null) return undefined;
  const { line, column, offset } = position as { line?: unknown; column?: unknown; offset?: unknown };
  if (typeof line !== "number" || typeof column !== "number" || line < 1) return undefined;
  return { line, column, offset: typeof offset === "number" ? offset : -1 };
}

/** Corrects a position for the text that was inserted before it. */
function authorsPosition(
  position: { line: number; column: number; offset: number },
  { text, inserted }: PreparedSource,
): { line: number; column: number } {
  const { line, column } = position;
  if (inserted === undefined) return { line, column };
  const insertedLine = text.slice(0, inserted.offset).split("\n").length;
  const lineStart = text.lastIndexOf("\n", inserted.offset - 1) + 1;
  const after = line === insertedLine && column > inserted.offset - lineStart + inserted.length;
  return { line, column: after ? column - inserted.length : column };
}
