import { describe, expect, test } from "bun:test";
import { parseSource, type Rule } from "./source-file.ts";

/** Sources that a rule looks at, and what it must find in them. */
export interface Case {
  rule: Rule;
  /** Texts by path. */
  sources: Record<string, string>;
  /** Each violation: `path:line`, and a part of the message. */
  finds: [place: string, message: string][];
}

/** One source, for a case that needs no more. */
export function source(code: string, path = "src/task/load.ts"): Record<string, string> {
  return { [path]: code };
}

/** Tests that each rule finds what it forbids, at its line, and lets the rest pass. */
export function checkRules(title: string, cases: Readonly<Record<string, Case>>): void {
  describe(title, () => {
    for (const [name, { rule, sources, finds }] of Object.entries(cases)) {
      test(`${finds.length > 0 ? "find" : "let pass"}: ${name}`, () => {
        const found = rule(Object.entries(sources).map(([path, text]) => parseSource(path, text)));
        expect(found.map(({ file, line }) => `${file}:${line}`)).toEqual(finds.map(([place]) => place));
        for (const [index, [, message]] of finds.entries()) expect(found[index]?.message).toContain(message);
      });
    }
  });
}
