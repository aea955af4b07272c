import { describe, expect, test } from "bun:test";
import { START_OPTIONS } from "../../src/config/start-options.ts";
import { RATCHET } from "../support/ratchet.ts";

const SHOW = `console.log(JSON.stringify(process.env))`;

/** The environment that the executable's runtime sees. */
async function runtimeEnvironment(env: Record<string, string>): Promise<Record<string, string>> {
  const child = Bun.spawn([RATCHET, "-e", SHOW], {
    env: { ...env, BUN_BE_BUN: "1" },
    stdout: "pipe",
    stderr: "inherit",
  });
  const { BUN_BE_BUN: _, ...seen } = JSON.parse(await child.stdout.text());
  return seen;
}

/** Elsewhere a command that needs them starts the process once more. */
describe.if(process.platform === "linux")("the runtime's options", () => {
  test("are set before the runtime starts", async () => {
    expect(await runtimeEnvironment({})).toEqual({ ...START_OPTIONS });
    expect(await runtimeEnvironment({ HOME: "/nowhere", EMPTY: "" })).toEqual({
      HOME: "/nowhere",
      EMPTY: "",
      ...START_OPTIONS,
    });
  });

  test.each(Object.keys(START_OPTIONS))("%s: the user's value stays", async (name) => {
    expect(await runtimeEnvironment({ [name]: "12" })).toEqual({ ...START_OPTIONS, [name]: "12" });
  });
});
