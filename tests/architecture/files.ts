import { type Rule, violation } from "./source-file.ts";

const CATCH_ALL_NAMES = /^(?:utils?|helpers?|commons?|types|misc|shared|stuff)(?:\.|$)/;

/** A file or folder is named for what it holds. */
export const names: Rule = (files) =>
  files.flatMap((file) =>
    file.path
      .split("/")
      .filter((segment) => CATCH_ALL_NAMES.test(segment))
      .map((segment) =>
        violation("names", file, { start: 0 }, `"${segment}" does not say what it holds: name its content`),
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
