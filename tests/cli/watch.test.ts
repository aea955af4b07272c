import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, startRatchet, temporaryFolder } from "../support/ratchet.ts";

/** Reads lines of a stream until one is the expected one. */
async function lineReader(stream: ReadableStream<Uint8Array>): Promise<(line: string) => Promise<void>> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return async (line) => {
    while (!text.includes(`${line}\n`)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`The output ended before ${line}: ${text}`);
      text += decoder.decode(value, { stream: true });
    }
    text = text.slice(text.indexOf(`${line}\n`) + line.length + 1);
  };
}

test("ratchet watch runs a file again when it, or a file that it imports, changes", async () => {
  using folder = temporaryFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
  mkdirSync(join(folder.path, "lib"));
  write("lib/word.ts", 'export const word: string = "one";');
  write("hello.ts", 'import { word } from "./lib/word.ts";\nexport default (i: { a: number }) => [word, i.a];');
  const child = startRatchet(["watch", "-q", "hello.ts", "--a", "1"], { cwd: folder.path });
  try {
    const line = await lineReader(child.stdout);
    await line('["one",1]');
    write("lib/word.ts", 'export const word: string = "two";');
    await line('["two",1]');
    write("next.ts", "export default (i: { a: number }) => i.a + 1;");
    renameSync(join(folder.path, "next.ts"), join(folder.path, "hello.ts"));
    await line("2");
    write("hello.ts", "export default () => {");
    const error = await lineReader(child.stderr);
    await error("hint: Fix the program at this position.");
    write("hello.ts", "export default () => 'mended';");
    await line('"mended"');
  } finally {
    child.kill("SIGTERM");
    await child.exited;
  }
  expect(child.signalCode).toBe("SIGTERM");
});

test("ratchet watch goes on when a file that is imported is broken, missing, and back", async () => {
  using folder = temporaryFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
  mkdirSync(join(folder.path, "lib"));
  write("lib/word.ts", "export const word: string = (;");
  write("hello.ts", 'import { word } from "./lib/word.ts";\nexport default () => word;');
  const child = startRatchet(["watch", "hello.ts"], { cwd: folder.path });
  try {
    const [line, error] = [await lineReader(child.stdout), await lineReader(child.stderr)];
    await error("hint: Fix the program at this position.");
    write("lib/word.ts", 'export const word: string = "one";');
    await line('"one"');
    write("lib/word.ts", "export const word: string = (;");
    await error("hint: Fix the program at this position.");
    write("lib/word.ts", 'export const word: string = "two";');
    await line('"two"');
    rmSync(join(folder.path, "lib/word.ts"));
    await error("hint: Correct the path, or add the file.");
    write("lib/word.ts", 'export const word: string = "three";');
    await line('"three"');
  } finally {
    child.kill("SIGTERM");
    await child.exited;
  }
});

test("ratchet watch ends a run that is under way when a file of the task changes", async () => {
  using folder = temporaryFolder();
  const task = makeTask(folder.path, { label: "loop", main: "() => { console.log('started'); for (;;); }" });
  const child = startRatchet(["watch", "--timeout", "1h", task]);
  try {
    await (await lineReader(child.stderr))("[info] started");
    writeFileSync(join(task, "main.js"), "() => 'done'");
    await (await lineReader(child.stdout))('"done"');
  } finally {
    child.kill("SIGTERM");
    await child.exited;
  }
});

test("ratchet watch refuses what can't be run again", async () => {
  for (const args of [["-"], ["tasks/addition", "-"], ["--ndjson", "tasks/addition"]]) {
    const run = await ratchet(["watch", ...args]);
    expect(run).toMatchObject({ exitCode: 2, stdout: "" });
    expect(run.stderr).toMatch(/^error: watch: .+\nhint: /);
  }
  expect(await ratchet(["watch", "no-such.ts"])).toMatchObject({ exitCode: 3, stdout: "" });
});
