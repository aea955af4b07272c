import { builtinModules } from "node:module";
import { importsOf } from "./imports.ts";
import { type Rule, type SourceFile, type Violation, violation } from "./source-file.ts";

/** The plan's table of ranks. */
const RANKS: Readonly<Record<string, number>> = {
  domain: 0,
  lib: 0,
  config: 1,
  telemetry: 1,
  store: 2,
  access: 2,
  secrets: 2,
  http: 2,
  task: 2,
  sandbox: 3,
  registry: 3,
  checking: 3,
  execution: 4,
  queue: 5,
  scheduler: 6,
  workflow: 6,
  service: 7,
  api: 8,
  dashboard: 8,
  app: 9,
  cli: 10,
  "main.ts": 11,
};

/** What a part of `src/` may embed from outside it. */
const EMBEDDED: readonly { from: RegExp; by: RegExp }[] = [
  { from: /^migrations\//, by: /^src\/store\// },
  { from: /^docs\/schemas\//, by: /^src\// },
  { from: /^docs\/[a-z-]+\.md$/, by: /^src\/cli\/commands\/help\// },
  { from: /^dist\/generated\//, by: /^src\/(?:sandbox|api|dashboard|task)\// },
];

/** `src/cli/run.ts` is in "cli", `src/main.ts` in "main.ts". */
function partOf(path: string): string {
  return path.split("/")[1] ?? "";
}

/** A file imports its own folder or a strictly lower rank, never sideways, never up; and exists in the plan. */
export const ranks: Rule = (files) => files.flatMap(checkRanks);

function checkRanks(file: SourceFile): Violation[] {
  const part = partOf(file.path);
  const rank = RANKS[part];
  if (rank === undefined) return [violation("layout", file, file.program, `src/${part} is not in the plan's layout`)];
  return importsOf(file).flatMap((found) => {
    if (found.target === undefined) return [];
    const fail = (message: string) => [violation("ranks", file, found, `imports ${found.specifier}: ${message}`)];
    if (!found.target.startsWith("src/")) {
      const allowed = EMBEDDED.some(({ from, by }) => from.test(found.target ?? "") && by.test(file.path));
      return allowed ? [] : fail("it is outside src/, and not something that this folder embeds");
    }
    const targetPart = partOf(found.target);
    const targetRank = RANKS[targetPart];
    if (targetPart === part || (targetRank !== undefined && targetRank < rank)) return [];
    if (targetRank === undefined) return fail(`src/${targetPart} is not in the plan's layout`);
    const direction = targetRank === rank ? "sideways" : "up";
    return fail(`that goes ${direction}, from ${part} (rank ${rank}) to ${targetPart} (rank ${targetRank})`);
  });
}

/** The doors of the server: folders that translate between a protocol and the services. */
const DOOR = /^src\/api\/(rest|graphql|pages|mcp)\//;

/** No door imports from another: what two of them need belongs in src/service. */
export const doors: Rule = (files) =>
  files.flatMap((file) => {
    const own = DOOR.exec(file.path)?.[1];
    if (own === undefined) return [];
    return importsOf(file).flatMap((found) => {
      const other = DOOR.exec(found.target ?? "")?.[1];
      if (other === undefined || other === own) return [];
      const message = `imports ${found.specifier}: ${own} and ${other} are doors; what both need belongs in src/service`;
      return [violation("doors", file, found, message)];
    });
  });

/** A relative import names a file of the tree, extension included. */
export const existingTargets: Rule = (files) => {
  const known = new Set(files.map((file) => file.path));
  return files.flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => target?.startsWith("src/") && !/\.[a-z]+$/.test(target) && !known.has(target))
      .map((found) => violation("imports", file, found, `imports ${found.specifier}: write the file's extension`)),
  );
};

/** Packages come from `dependencies`: what is only there for development would be missing in a build. */
export function packagesFrom(dependencies: readonly string[]): Rule {
  const builtins = new Set(builtinModules);
  const check = (specifier: string): string | undefined => {
    if (specifier.startsWith(".") || specifier.startsWith("node:")) return;
    if (specifier === "bun" || specifier.startsWith("bun:")) return;
    if (builtins.has(specifier)) return `write node:${specifier}`;
    const [scope, name] = specifier.split("/");
    const packageName = scope?.startsWith("@") ? `${scope}/${name}` : (scope ?? "");
    if (!dependencies.includes(packageName)) return `${packageName} is not among package.json's dependencies`;
  };
  return (files) =>
    files.flatMap((file) =>
      importsOf(file).flatMap((found) => {
        const message = check(found.specifier);
        return message ? [violation("packages", file, found, `imports ${found.specifier}: ${message}`)] : [];
      }),
    );
}

/** No import cycles, of types or values, static or dynamic. Each cycle is reported once, with its whole way. */
export const cycles: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const way: string[] = [];
  const violations: Violation[] = [];
  const visit = (file: SourceFile) => {
    if (done.has(file.path)) return;
    way.push(file.path);
    for (const found of importsOf(file)) {
      const target = byPath.get(found.target ?? "");
      if (!target) continue;
      const at = way.indexOf(target.path);
      if (at === -1) visit(target);
      else violations.push(violation("cycles", file, found, `cycle: ${[...way.slice(at), target.path].join(" -> ")}`));
    }
    way.pop();
    done.add(file.path);
  };
  for (const file of files) visit(file);
  return violations;
};
