import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TEMPLATES } from "../../src/task/templates/templates.ts";
import { REPOSITORY, ratchet, temporaryFolder } from "../support/ratchet.ts";
import { zip } from "../task/zip-writer.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const at = (...parts: string[]) => join(folder.path, ...parts);
const here = { cwd: folder.path };

/** Checks the types of a task as an editor does: with the configuration in its folder. */
function editorErrors(task: string): string {
  const config = readdirSync(at(task)).find((name) => /^[jt]sconfig\.json$/.test(name)) ?? "";
  const compiler = join(REPOSITORY, "node_modules/.bin/tsc");
  return Bun.spawnSync([compiler, "-p", at(task, config), "--pretty", "false"], here).stdout.toString();
}

describe("a new task", () => {
  test.each(Object.keys(TEMPLATES).filter((name) => name !== "workflow"))(
    "of the template %s has types that an editor understands",
    async (template) => {
      expect(await ratchet(["init", "--yes", "--template", template, template], here)).toMatchObject({ exitCode: 0 });
      expect(readFileSync(at(template, "ratchet.d.ts"), "utf8")).toBe(
        (await ratchet(["schema", "guest-types"])).stdout,
      );
      expect(editorErrors(template)).toBe("");
      const main = at(template, template === "typescript" ? "main.ts" : "main.js");
      writeFileSync(main, `${readFileSync(main, "utf8")}\nlocalStorage.clear();\n`);
      expect(editorErrors(template)).toContain("Cannot find name 'localStorage'");
    },
  );

  test("can get the declarations of another version of Ratchet", async () => {
    await ratchet(["init", "--yes", "upgraded"], here);
    const file = at("upgraded", "ratchet.d.ts");
    writeFileSync(file, "// Ratchet 0.0.1\n");
    const run = await ratchet(["schema", "guest-types", "-o", "upgraded/ratchet.d.ts"], here);
    expect(run).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(readFileSync(file, "utf8")).toBe((await ratchet(["schema", "guest-types"])).stdout);
  });

  test("is the same task with and without its files for editors", async () => {
    await ratchet(["generate", "task", "packed"], here);
    const pack = async (name: string) => {
      const run = await ratchet(["pack", "packed", "-o", name, "--json"], here);
      return JSON.parse(run.stdout) as { sha256: string; files: number };
    };
    const withTypes = await pack("with.zip");
    for (const name of ["ratchet.d.ts", "jsconfig.json"]) rmSync(at("packed", name));
    expect((await pack("without.zip")).sha256).toBe(withTypes.sha256);
    expect(withTypes.files).toBe(6);
  });

  test("in an archive of another program still has no files for editors", async () => {
    await ratchet(["generate", "task", "zipped"], here);
    const names = readdirSync(at("zipped"), { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.\w+$/.test(name),
    );
    writeFileSync(
      at("zipped.zip"),
      zip(names.map((name) => ({ name: `zipped/${name}`, data: readFileSync(at("zipped", name)) }))),
    );
    await ratchet(["pack", "zipped.zip", "-o", "again.zip"], here);
    await ratchet(["pack", "zipped", "-o", "direct.zip"], here);
    expect(readFileSync(at("again.zip")).equals(readFileSync(at("direct.zip")))).toBe(true);
  });
});
