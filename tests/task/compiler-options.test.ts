import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { ratchet } from "../support/ratchet.ts";
import { metadata, scratch } from "./scratch.ts";

/** Runs the task in a folder of a project and returns its result, or its error. */
async function result(files: Readonly<Record<string, string | Uint8Array>>, folder = "."): Promise<unknown> {
  using project = scratch();
  project.write(files);
  mkdirSync(project.path(folder), { recursive: true });
  project.write({ [`${folder}/metadata.json`]: metadata() });
  const { stdout, stderr } = await ratchet(["run-once", "--from-fs", folder], { cwd: project.path() });
  return stderr === "" ? JSON.parse(stdout) : stderr;
}

const tsconfig = (compilerOptions: object, more: object = {}) => JSON.stringify({ ...more, compilerOptions });

describe("paths of tsconfig.json", () => {
  const main = 'import { a } from "@/a";\nimport b from "b";\nexport default () => a + b;\n';
  const files = {
    "task/main.ts": main,
    "task/lib/a.ts": 'export const a = "a";',
    "task/lib/b.ts": 'export default "b";',
  };

  test("name files of the task, from the task's folder and from above it", async () => {
    const inTask = tsconfig({ paths: { "@/*": ["./none/*", "./lib/*"], b: ["./lib/b.ts"] } });
    expect(await result({ ...files, "task/tsconfig.json": inTask }, "task")).toBe("ab");
    const above = tsconfig({ paths: { "@/*": ["./task/lib/*"], b: ["./task/lib/b"] } });
    expect(await result({ ...files, "package.json": "{}", "tsconfig.json": above }, "task")).toBe("ab");
    const collection = { ...files, "tsconfig.json": above, "task/metadata.json": metadata() };
    using folder = scratch();
    folder.write(collection);
    const { stdout } = await ratchet(["run-once", "--from-fs", ".", "--task", "sample"], { cwd: folder.path() });
    expect(stdout).toBe('"ab"\n');
  });

  test("follow baseUrl and extends, may have comments, and are not read above the project", async () => {
    const base = `{ /* shared */ "compilerOptions": { "baseUrl": "./lib", "paths": { "@/*": ["*"], "b": ["b"], }, } }`;
    const inTask = '{ "extends": "./base" } // no more';
    expect(await result({ ...files, "task/base.json": base, "task/tsconfig.json": inTask }, "task")).toBe("ab");
    const shared = tsconfig({ paths: { "@/*": ["../../task/lib/*"], b: ["../../task/lib/b.ts"] } });
    const fromPackage = { "node_modules/conf/tsconfig.json": shared, "tsconfig.json": '{"extends":["conf"]}' };
    expect(await result({ ...files, ...fromPackage, "package.json": "{}" }, "task")).toBe("ab");
    const above = tsconfig({ paths: { "@/*": ["./p/task/lib/*"], b: ["./p/task/lib/b.ts"] } });
    const moved = Object.fromEntries(Object.entries(files).map(([name, text]) => [`p/${name}`, text]));
    expect(await result({ ...moved, "tsconfig.json": above, "p/package.json": "{}" }, "p/task")).toContain('"@/a"');
  });

  test("can't leave the task, and files that extend each other end", async () => {
    const outside = tsconfig({ paths: { "@/*": ["../shared/*"], b: ["./lib/b.ts"] } });
    const refused = await result(
      { ...files, "shared/a.ts": "export const a = 1", "task/tsconfig.json": outside },
      "task",
    );
    expect(refused).toContain("outside the task's folder");
    const circle = { "task/tsconfig.json": '{"extends":"./other"}', "task/other.json": '{"extends":"./tsconfig"}' };
    expect(await result({ "task/main.ts": "export default () => 1", ...circle }, "task")).toBe(1);
  });

  test("are part of what a prepared program depends on", async () => {
    using project = scratch();
    const options = (file: string) => tsconfig({ paths: { "@/a": [file] } });
    project.write({
      "package.json": "{}",
      "tsconfig.json": options("./task/one.ts"),
      "task/metadata.json": metadata(),
      "task/main.ts": 'import { a } from "@/a";\nexport default () => a;\n',
      "task/one.ts": "export const a = 1;",
      "task/two.ts": "export const a = 2;",
      "cache/.keep": "",
    });
    const run = async () =>
      (
        await ratchet(["run-once", "--from-fs", "task"], {
          cwd: project.path(),
          env: { XDG_CACHE_HOME: project.path("cache") },
        })
      ).stdout;
    expect([await run(), await run()]).toEqual(["1\n", "1\n"]);
    project.write({ "tsconfig.json": options("./task/two.ts") });
    expect(await run()).toBe("2\n");
    project.write({ "task/tsconfig.json": options("./one.ts") });
    expect(await run()).toBe("1\n");
  });
});

describe("decorators", () => {
  const standard = `
    const seen = [];
    function log(value, context) { seen.push(context.kind + " " + String(context.name)); return value; }
    @log class A { @log accessor x = 1; @log y = 2; @log m() { return this.x + this.y; } }
    const main = () => [new A().m(), seen];
  `;
  const names = ["accessor x", "method m", "field y", "class A"];

  test.each([
    ["main.js", standard],
    ["main.js", `${standard}\nexport default main;`],
    [
      "main.ts",
      standard
        .replaceAll("seen = []", "seen: string[] = []")
        .replace("(value,", "(value: any,")
        .replace("context)", "context: any)"),
    ],
  ])("of the language work in %s", async (file, text) => {
    const found = (await result({ [file]: text })) as [number, string[]];
    expect([found[0], found[1].sort()]).toEqual([3, names.sort()]);
  });

  test.each([
    [
      "main.js",
      'const { six } = require("./six");\nmodule.exports = () => { class A { accessor x = six; } return new A().x; };',
    ],
    [
      "main.ts",
      'import { six } from "./six";\nexport default () => { class A { accessor x: number = six; } return new A().x; };',
    ],
    [
      "main.ts",
      'import { six } from "./six";\nconst x = await six;\nclass A { static accessor x = x; }\nexport default () => A.x;',
    ],
  ])("accessor members work in %s with imports", async (file, text) => {
    expect(await result({ [file]: text, "six.js": "exports.six = 6;" })).toBe(6);
  });

  test("of TypeScript work when tsconfig.json says so, with metadata if wanted", async () => {
    const text = `
      const seen: unknown[] = [];
      (Reflect as any).metadata = (key: string, value: any) => () => { seen.push([key, value?.name ?? String(value)]); };
      function field(target: any, key: string) { seen.push([typeof target, key]); }
      function param(_target: any, key: string | undefined, index: number) { seen.push([String(key), index]); }
      function sealed(target: any) { return class extends target { sealed = true }; }
      @sealed class A { @field z: number = 1; m(@param y: string): void {} constructor(@param q: number) {} }
      export default () => [new (A as any)(1), seen];
    `;
    const plain = (await result({ "main.ts": text, "tsconfig.json": tsconfig({ experimentalDecorators: true }) })) as [
      object,
      unknown[],
    ];
    expect(plain[0]).toEqual({ z: 1, sealed: true });
    expect(plain[1]).toEqual([
      ["object", "z"],
      ["m", 0],
      ["undefined", 0],
    ]);
    const options = { experimentalDecorators: true, emitDecoratorMetadata: true };
    const full = (await result({ "main.ts": text, "tsconfig.json": tsconfig(options) })) as [object, unknown[]];
    expect(full[1]).toContainEqual(["design:type", "Number"]);
  });
});

describe("JSX", () => {
  const view = 'export const view = (name: string) => <><b id="x">{name}</b></>;\n';
  const main = 'import { view } from "./view";\nexport default () => view("Ada");\n';
  const h =
    'export const h = (tag: any, props: any, ...inner: any[]) => [tag === F ? "F" : tag, props, ...inner];\nexport const F = {};\n';
  const expected = ["F", null, ["b", { id: "x" }, "Ada"]];
  const imported = `import { h, F } from "./h";\n${view}`;

  test("calls the factory of tsconfig.json, or that of a comment", async () => {
    const files = { "main.ts": main, "h.ts": h };
    const options = tsconfig({ jsx: "react", jsxFactory: "h", jsxFragmentFactory: "F" });
    expect(await result({ ...files, "view.tsx": imported, "tsconfig.json": options })).toEqual(expected);
    expect(await result({ ...files, "view.tsx": `/** @jsx h */\n/** @jsxFrag F */\n${imported}` })).toEqual(expected);
  });

  test("imports the runtime of tsconfig.json, or that of a comment", async () => {
    const runtime =
      'export const Fragment = "F";\nexport const jsx = (tag, props) => [tag, props];\nexport const jsxs = jsx;\n';
    const files = { "main.ts": main, "node_modules/tiny/jsx-runtime.js": runtime };
    const made = ["F", { children: ["b", { id: "x", children: "Ada" }] }];
    const options = tsconfig({ jsx: "react-jsx", jsxImportSource: "tiny" });
    expect(await result({ ...files, "view.tsx": view, "tsconfig.json": options })).toEqual(made);
    expect(await result({ ...files, "view.tsx": `/** @jsxImportSource tiny */\n${view}` })).toEqual(made);
  });
});

describe("imports of data", () => {
  test("have the type that an attribute names, whatever the file's name", async () => {
    const main = `
      import text from "./page.xyz" with { type: "text" };
      import bytes from "./copy.xyz" with { type: "bytes" };
      import json from './data.conf' with { 'type': 'json' };
      import script from "./code.js" with { type: "text" };
      export default async () => {
        const { default: later } = await import("./later.bin2", { with: { type: "bytes" } });
        return [text, [...bytes], bytes instanceof Uint8Array, json, script, [...later]];
      };
    `;
    const files = {
      "page.xyz": "<p>é",
      "copy.xyz": "<p>é",
      "data.conf": '{"a":1}',
      "code.js": "not code (",
      "later.bin2": Uint8Array.of(0, 255),
    };
    expect(await result({ "main.ts": main, ...files })).toEqual([
      "<p>é",
      [60, 112, 62, 195, 169],
      true,
      { a: 1 },
      "not code (",
      [0, 255],
    ]);
  });

  test("have the type of the usual endings without an attribute", async () => {
    const main = `
      import json from "./a.json";
      import svg from "./a.svg";
      import css from "./a.css";
      import png from "./a.png";
      export default () => [json, svg, css, [...png]];
    `;
    const files = { "a.json": "[1]", "a.svg": "<svg/>", "a.css": "b{}", "a.png": Uint8Array.of(137, 80, 0) };
    expect(await result({ "main.ts": main, ...files })).toEqual([[1], "<svg/>", "b{}", [137, 80, 0]]);
  });

  test("can't have two types in one file", async () => {
    const main = `import a from "./a.txt" with { type: "text" };
      import b from "./a.txt" with { type: "bytes" };
      export default () => [a, b];`;
    expect(await result({ "main.ts": main, "a.txt": "a" })).toContain("The same file is imported with several types");
  });

  test("report JSON that is not valid, with its place", async () => {
    const main = 'import a from "./a.conf" with { type: "json" };\nexport default () => a;\n';
    expect(await result({ "main.ts": main, "a.conf": '{\n  "a": \n}' })).toContain("a.conf:");
  });
});
