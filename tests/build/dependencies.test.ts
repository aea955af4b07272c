/** What is installed: exact, complete for every platform, in use, and explained. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { importsOf } from "../architecture/imports.ts";
import { REPOSITORY, readSources } from "../architecture/source-file.ts";

interface LockedPackage {
  version?: string;
  integrity?: string;
  /** The entry stands for a workspace of this repository. */
  link?: boolean;
  resolved?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
  readFileSync(join(REPOSITORY, "package-lock.json"), "utf8"),
);
/** Without the project and its workspace, which are not downloaded. */
const installed = Object.entries(lock.packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);
const named = { ...packageJson.dependencies, ...packageJson.devDependencies };

describe("package.json", () => {
  for (const [name, version] of Object.entries(named)) {
    test(`names an exact version of ${name}`, () => expect(version).toMatch(/^\d+\.\d+\.\d+$/));
  }

  test("has dependencies that src/ imports, or takes a file from", () => {
    const sources = readSources("src");
    const imported = sources.flatMap((file) => importsOf(file).map(({ specifier }) => `${specifier}/`));
    const unused = Object.keys(packageJson.dependencies).filter(
      (name) =>
        name !== "bun" &&
        !imported.some((specifier) => specifier.startsWith(`${name}/`)) &&
        !sources.some(({ text }) => text.includes(`node_modules/${name}/`)),
    );
    expect(unused).toEqual([]);
  });
});

describe("package-lock.json", () => {
  test("has a checksum for every package", () => {
    expect(installed.filter(([, { integrity }]) => !integrity).map(([path]) => path)).toEqual([]);
  });

  test("has every package that another one asks for, for all platforms: npm ci refuses it otherwise", () => {
    const missing = installed.flatMap(([path, { dependencies = {}, optionalDependencies = {} }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => {
        const places = path
          .split("node_modules/")
          .map((_, depth, parts) => parts.slice(0, depth + 1).join("node_modules/"));
        return !places.some((place) => {
          const folder = place === "" || place.endsWith("/") ? place : `${place}/`;
          return `${folder}node_modules/${name}` in lock.packages;
        });
      }),
    );
    expect(missing).toEqual([]);
  });

  test("does not name a registry", () => {
    expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});

describe("docs/dependencies.md", () => {
  const text = readFileSync(join(REPOSITORY, "docs/dependencies.md"), "utf8");
  const explained = text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .flatMap(([, names = "", purpose = "", reason = ""]) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => ({ name, purpose, reason })),
    );

  for (const name of Object.keys(named)) {
    test(`says what ${name} is for, and why it`, () => {
      const line = explained.find((entry) => entry.name === name);
      expect(line?.purpose).not.toBe("");
      expect(line?.reason ?? "").not.toBe("");
    });
  }

  test("names nothing that is not there", () => {
    expect(explained.filter(({ name = "" }) => !(name in named)).map(({ name }) => name)).toEqual([]);
  });
});
