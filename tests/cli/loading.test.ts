import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { REPOSITORY } from "../support/ratchet.ts";

/** All files that these files load as soon as they are loaded, and the packages among them. */
function staticImports(...entries: string[]): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind } of transpiler.scanImports(readFileSync(file, "utf8"))) {
      if (kind !== "import-statement") continue;
      if (!path.startsWith(".")) packages.add(path);
      else if (path.endsWith(".ts")) visit(join(dirname(file), path));
    }
  };
  for (const entry of entries) visit(join(REPOSITORY, "src", entry));
  return {
    files: [...files].map((file) => relative(join(REPOSITORY, "src"), file)).sort(),
    packages: [...packages].sort(),
  };
}

test("a single run loads no package but citty, no other command, no YAML, no HTTP client, no Worker pool", () => {
  const { files, packages } = staticImports(
    "main.ts",
    "cli/commands/run-once/command.ts",
    "cli/commands/run-once/single.ts",
    "task/load.ts",
    "execution/execute.ts",
    "sandbox/inline.ts",
  );
  expect(packages.filter((name) => !name.startsWith("node:") && name !== "bun")).toEqual(["citty"]);
  const unwanted =
    /^(?:http|store|registry|queue|scheduler|workflow|api|telemetry)\/|^app\.ts|^sandbox\/pool\/|^config\/config-file|^execution\/recording\/|^cli\/commands\/(?!root\.ts$|[\w-]+\/groups?\.ts$|run-once\/)|^cli\/framework\/usage/;
  expect(files.filter((file) => unwanted.test(file))).toEqual([]);
  expect(files).toContain("cli/commands/run-once/single.ts");
});

test("the entry loads no command, only the groups that name them", () => {
  const { files } = staticImports("main.ts");
  expect(
    files.filter(
      (file) =>
        !/^(?:main|cli\/commands\/(?:root|[\w-]+\/groups?)|cli\/framework\/[\w-]+|config\/[\w/-]+|domain\/[\w-]+|lib\/[\w-]+)\.ts$/.test(
          file,
        ),
    ),
  ).toEqual([]);
  expect(files.filter((file) => file.startsWith("cli/"))).toHaveLength(20);
});
