/** Holds the code to the house plan's layout. Each failure names the rule, the file, the line and the way out. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import packageJson from "../package.json" with { type: "json" };
import { console, environment, sql } from "./architecture/confinement.ts";
import { barrels, names } from "./architecture/files.ts";
import { importTime, moduleState } from "./architecture/import-time.ts";
import { cycles, doors, existingTargets, packagesFrom, ranks } from "./architecture/layers.ts";
import { fileLength, functionLength, medianLength, parameters } from "./architecture/sizes.ts";
import { type Rule, readSources, report } from "./architecture/source-file.ts";
import { classes, strictness } from "./architecture/strictness.ts";
import { waiting } from "./architecture/waiting.ts";

// Each rule reads all files, which takes seconds on a busy machine.
setDefaultTimeout(120_000);

const product = readSources("src");
/** Everything but the tests. */
const programs = [...product, ...readSources("bench", "build", "build.ts")];
const everything = [...programs, ...readSources("tests")];

function holds(rule: Rule, files = product) {
  expect(report(rule(files))).toBe("");
}

describe("src/", () => {
  test("is there", () => expect(product.length).toBeGreaterThan(20));
  test("imports its own folder or a strictly lower rank", () => holds(ranks));
  test("keeps the doors of the server apart", () => holds(doors));
  test("names files in full in imports", () => holds(existingTargets));
  test("imports packages from dependencies", () => holds(packagesFrom(Object.keys(packageJson.dependencies))));
  test("has no import cycles", () => holds(cycles));
  test("has a median file under 100 lines", () => holds(medianLength));
  test("reads the environment in config/ only", () => holds(environment));
  test("has SQL in store/ only", () => holds(sql));
  test("writes to the console in cli/framework/output.ts and the logger only", () => holds(console));
  test("passes on no other module's exports", () => holds(barrels));
  test("does nothing at import time outside entry files", () => holds(importTime));
  test("keeps no state in modules", () => holds(moduleState));
  test("has no class where a function does", () => holds(classes));
});

describe("src/, bench/ and build/", () => {
  test("have functions of 60 lines at most, but for tables of data", () => holds(functionLength, programs));
  test("have functions of four parameters at most", () => holds(parameters, programs));
});

describe("tests/", () => {
  test("wait for conditions and assert on order, not on time", () => holds(waiting, everything));
});

describe("all code", () => {
  test("is in files of 300 lines at most, tests of 400", () => holds(fileLength, everything));
  test("is in files named for what they hold", () => holds(names, everything));
  test("does not bypass the type checker", () => holds(strictness, everything));
});
