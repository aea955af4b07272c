import { afterEach, beforeEach, expect, test } from "bun:test";
import fc from "fast-check";
import { type CompleteLine, HiddenLine } from "../../src/cli/framework/hidden-line.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";
import { onTerminal, type TerminalCommand } from "../support/terminal.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const paste = (text: string) => `\u001b[200~${text.replaceAll("\n", "\r")}\u001b[201~`;

const start = (args: string[], env?: Record<string, string>) =>
  onTerminal(args, { cwd: place.folder, ...(env === undefined ? {} : { env }) });

/** The value of a secret, by way of a task. */
async function storedValue(): Promise<unknown> {
  place.writeTask("show", "(input, { secrets }) => secrets.TOKEN", { permissions: { secrets: ["TOKEN"] } });
  const { stdout } = await place.ratchet(["run-once", "--from-fs", "tasks/show"]);
  return JSON.parse(stdout);
}

async function setSecret(keys: readonly string[], env?: Record<string, string>) {
  const command = start(["secrets", "set", "TOKEN"], env);
  await command.until(/Value of TOKEN \(not shown\): /);
  for (const key of keys) command.type(key);
  return command.end();
}

test.each<[string, string[], string]>([
  ["a typed value", ["p4ss", "word\r"], "p4ssword"],
  ["backspaces and erased lines", ["wrong\u0015pässx\u007f\u007fß🔑\u007f!\r"], "päsß!"],
  ["keys that write nothing", ["ab\u001b[D\u001b[1;5C\u001bOPc\u0001\u001b[3~\r"], "abc"],
  [
    "a paste of several lines",
    [paste("-----BEGIN KEY-----\nabc\n\n-----END KEY-----\n"), "\r"],
    "-----BEGIN KEY-----\nabc\n\n-----END KEY-----",
  ],
  ["the end of input", [`value${CTRL_D}`], "value"],
])("secrets set takes %s from the terminal, which does not show it", async (_, keys, expected) => {
  const { code, shown, echoes } = await setSecret(keys);
  expect([code, echoes]).toEqual([0, true]);
  for (const part of ["p4ss", "wrong", "ab", "BEGIN", "value\n"]) expect(shown).not.toContain(part);
  expect(shown).toContain("stored TOKEN in ratchet.db");
  expect(await storedValue()).toBe(expected);
});

test("a terminal that does not mark pastes can't give a value with several lines", async () => {
  const { code, shown, echoes } = await setSecret(["first line\rsecond line\r"], { TERM: "dumb" });
  expect([code, echoes]).toEqual([2, true]);
  expect(shown).toContain("more than one line");
  expect(shown).not.toContain("\u001b");
  expect(shown).not.toMatch(/first|second/);
  expect((await place.ratchet(["secrets", "list"])).stdout).toContain("There are no secrets.");
});

test("Ctrl-C, Ctrl-D and signals change nothing, and the terminal is as before", async () => {
  for (const keys of [[CTRL_C], [`typed${CTRL_C}`], [CTRL_D]]) {
    const { code, shown, echoes } = await setSecret(keys);
    expect([keys, code, echoes]).toEqual([keys, 130, true]);
    expect(shown).toContain("No value was given");
    expect(shown).not.toContain("typed");
  }
  const empty = await setSecret(["\r"]);
  expect([empty.code, empty.echoes, empty.shown.includes("is empty")]).toEqual([2, true, true]);
  const command = start(["secrets", "set", "TOKEN"]);
  await command.until(/not shown/);
  command.kill("SIGTERM");
  expect(await command.end()).toMatchObject({ signal: "SIGTERM", echoes: true });
  expect((await place.ratchet(["secrets", "list"])).stdout).toContain("There are no secrets.");
});

async function typePasswords(command: TerminalCommand, first: string, second: string) {
  await command.until(/Password of ada \(not shown\): /);
  command.type(`${first}\r`);
  if (second !== "") {
    await command.until(/The same password again: /);
    command.type(`${second}\r`);
  }
  return command.end();
}

test("user create and user passwd ask twice on a terminal", async () => {
  const create = ["user", "create", "ada", "--role", "admin"];
  const differ = await typePasswords(start(create), "long enough 1", "long enough 2");
  expect([differ.code, differ.echoes]).toEqual([2, true]);
  expect(differ.shown).toContain("the two passwords differ");
  const short = await typePasswords(start(create), "short", "");
  expect([short.code, short.echoes, short.shown.includes("must have at least")]).toEqual([2, true, true]);
  expect((await place.ratchet(["user", "list"])).stdout).toContain("There are no users.");
  const made = await typePasswords(start(create), "long enough 1", "long enough 1");
  expect([made.code, made.echoes]).toEqual([0, true]);
  const changed = await typePasswords(start(["user", "passwd", "ada"]), "another one 2", "another one 2");
  expect([changed.code, changed.echoes]).toEqual([0, true]);
  for (const { shown } of [differ, short, made, changed]) expect(shown).not.toMatch(/long enough|another one 2/);
  const server = await place.serve();
  const login = (password: string) => server.call("POST", "/api/v1/login", { username: "ada", password });
  expect((await login("long enough 1")).status).toBe(401);
  expect((await login("another one 2")).status).toBeLessThan(300);
});

test("without a terminal, there has to be an option", async () => {
  for (const args of [
    ["user", "create", "ada", "--role", "admin"],
    ["user", "passwd", "ada"],
  ]) {
    expect(await place.ratchet(args)).toMatchObject({ code: 2, stderr: expect.stringContaining("--password-stdin") });
  }
});

/** Types a text in pieces. */
function typed(pieces: readonly string[]): CompleteLine | "cancelled" | undefined {
  const line = new HiddenLine();
  let last: ReturnType<HiddenLine["take"]>;
  for (const piece of pieces) last = line.take(piece);
  return last;
}

test("a paste is taken as it is, however it is cut into pieces", () => {
  const text = fc.string({ unit: "grapheme" }).filter((one) => !one.includes("\u001b"));
  fc.assert(
    fc.property(text, fc.array(fc.nat(60)), (value, cuts) => {
      const sent = `${paste(value)}\r`;
      const places = [0, ...cuts.map((cut) => Math.min(cut, sent.length)).sort((a, b) => a - b), sent.length];
      const pieces = places.slice(1).map((end, index) => sent.slice(places[index], end));
      expect(typed(pieces.filter((piece) => piece !== ""))).toEqual({ line: value.replace(/\r\n?/g, "\n"), rest: "" });
    }),
  );
});
