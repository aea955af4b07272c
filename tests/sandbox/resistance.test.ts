import { afterAll, describe, expect, test } from "bun:test";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { failureOf, outputOf } from "../conformance/request.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

describe("rejections that nobody handled", () => {
  test("one is not forgotten when another promise takes its place in memory and is handled", async () => {
    const error = await failureOf(
      executor,
      `async () => {
         Promise.reject(new Error("lost"));
         for (let i = 0; i < 10; i++) { const other = Promise.reject(i); other.catch(() => {}); }
         await null;
         return "done";
       }`,
    );
    expect(error).toMatchObject({ code: "TASK_FAILED", guest: { message: "lost" } });
  });

  test("one that is handled later is no failure", async () => {
    const code = `async () => {
      const late = Promise.reject(new Error("late"));
      await new Promise((resolve) => setTimeout(resolve, 1));
      return late.catch((error) => error.message);
    }`;
    expect(await outputOf(executor, code)).toBe("late");
  });

  test("one made while the program loads refuses the program, every time", async () => {
    const code = `Promise.reject(new Error("at load")); () => 1`;
    for (let i = 0; i < 2; i++) {
      const error = await failureOf(executor, code);
      expect(error.code).toBe("TASK_FAILED");
      expect(error.message).toContain("at load");
    }
  });
});
