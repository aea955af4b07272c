import type { Rule, SourceFile } from "./source-file.ts";
import { violation } from "./source-file.ts";

/** Lines of one file at most. */
const LONGEST = 400;
/** Lines of the file in the middle at most: the plan's "median well under 150". */
const LONGEST_MEDIAN = 120;

const CATCH_ALL_NAMES = /^(?:utils?|helpers?|commons?|types|misc|shared|stuff)(?:\.|$)/;

function lineCount(file: SourceFile): number {
  return file.text.split("\n").length - (file.text.endsWith("\n") ? 1 : 0);
}

/** No file over 400 lines. */
export const length: Rule = (files) =>
  files
    .filter((file) => lineCount(file) > LONGEST)
    .map((file) =>
      violation("length", file, { start: 0 }, `${lineCount(file)} lines, ${LONGEST} at most: split it by concern`),
    );

/** The median file is short. */
export const medianLength: Rule = (files) => {
  const counts = files.map((file) => ({ file, lines: lineCount(file) })).sort((a, b) => a.lines - b.lines);
  const middle = counts[Math.floor(counts.length / 2)];
  if (!middle || middle.lines <= LONGEST_MEDIAN) return [];
  const message = `the median file has ${middle.lines} lines, ${LONGEST_MEDIAN} at most: split the long ones`;
  return [violation("length", middle.file, { start: 0 }, message)];
};

/** A file or folder is named for what it holds. */
export const names: Rule = (files) =>
  files.flatMap((file) =>
    file.path
      .split("/")
      .filter((segment) => CATCH_ALL_NAMES.test(segment))
      .map((segment) =>
        violation("names", file, { start: 0 }, `"${segment}" says nothing of the content: say what it holds`),
      ),
  );

/** Things are imported from where they are defined. */
export const barrels: Rule = (files) =>
  files.flatMap((file) => {
    const imported = new Set<string>();
    for (const statement of file.program.body) {
      if (statement.type !== "ImportDeclaration") continue;
      for (const specifier of statement.specifiers) imported.add(specifier.local.name);
    }
    return file.program.body
      .filter((statement) => {
        if (statement.type === "ExportAllDeclaration") return true;
        if (statement.type !== "ExportNamedDeclaration") return false;
        const passedOn = statement.specifiers.some(
          ({ local }) => local.type === "Identifier" && imported.has(local.name),
        );
        return statement.source !== null || passedOn;
      })
      .map((statement) => violation("barrels", file, statement, "passes on another module's export: import it there"));
  });
