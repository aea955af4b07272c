/** The software bill of materials: valid by the schema of CycloneDX 1.6, and true to the lock file. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { sbomOf } from "../../build/sbom.ts";

const ROOT = join(import.meta.dir, "../..");
const SCHEMAS = join(ROOT, "node_modules/@cyclonedx/cyclonedx-library/res/schema");
const readJson = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const { packages } = readJson(join(ROOT, "package-lock.json"));

interface Component {
  name: string;
  group?: string;
  version: string;
  type: string;
  purl: string;
  hashes?: { alg: string; content: string }[];
}

interface Sbom {
  serialNumber: string;
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const RUNTIMES = ["@oven/bun-linux-x64", "@oven/bun-windows-x64"];
const BUNDLED = ["src/main.ts", "node_modules/graphql/index.mjs", "node_modules/@repeaterjs/repeater/cjs/repeater.js"];
const make = (runtimes: readonly string[] = RUNTIMES): Sbom =>
  sbomOf({ root: ROOT, bundled: BUNDLED, runtimes, timestamp: "2026-11-28T12:00:00.000Z" }) as Sbom;
const nameOf = ({ group, name }: Component) => (group === undefined ? name : `${group}/${name}`);

test("it is valid by the official schema", () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const part of ["spdx", "jsf-0.82", "cryptography-defs"]) {
    const file = `${part}.SNAPSHOT.schema.json`;
    ajv.addSchema({ ...readJson(join(SCHEMAS, file)), $id: `http://cyclonedx.org/schema/${file}` });
  }
  const validate = ajv.compile(readJson(join(SCHEMAS, "bom-1.6.SNAPSHOT.schema.json")));
  expect([validate(make()), validate.errors]).toEqual([true, null]);
  expect(validate({ ...make(), specVersion: 1 })).toBe(false);
});

test("it has every direct dependency, what was bundled and the runtimes, with the versions and checksums of the lock file", () => {
  const { components } = make();
  const names = new Set(components.map(nameOf));
  const { bun: _, ...direct } = readJson(join(ROOT, "package.json")).dependencies;
  expect([...Object.keys(direct), ...RUNTIMES, "@repeaterjs/repeater"].filter((name) => !names.has(name))).toEqual([]);
  const locked = new Map(
    Object.entries(packages as Record<string, { version: string; integrity: string }>).map(([key, one]) => [
      `${key.split("node_modules/").at(-1)}@${one.version}`,
      one,
    ]),
  );
  for (const component of components) {
    const { integrity = "" } = locked.get(`${nameOf(component)}@${component.version}`) ?? {};
    const content = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
    expect(component.hashes).toEqual([{ alg: "SHA-512", content }]);
    expect(component.type).toBe(RUNTIMES.includes(nameOf(component)) ? "platform" : "library");
  }
});

test("it has nothing that only builds and tests need, and no script that is never run", () => {
  const names = make().components.map(nameOf);
  const { devDependencies } = readJson(join(ROOT, "package.json"));
  expect(names.filter((name) => name in devDependencies)).toEqual([]);
  expect(names).not.toContain("@scarf/scarf");
  expect(names).not.toContain("bun");
});

test("its graph names only what it has, and equal contents have equal serial numbers", () => {
  const { components, dependencies, serialNumber } = make();
  const known = new Set(components.map(({ purl }) => purl));
  expect(dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !known.has(ref))).toEqual([]);
  expect(new Set(components.map(({ purl }) => purl)).size).toBe(components.length);
  expect(make().serialNumber).toBe(serialNumber);
  expect(make(RUNTIMES.slice(1)).serialNumber).not.toBe(serialNumber);
});
