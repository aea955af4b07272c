import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { readText } from "../../src/domain/shared-text.ts";
import { maskedPieces } from "../../src/execution/recording/masked-pieces.ts";
import { placeholderOf } from "../../src/execution/recording/placeholder.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { harViolations } from "../support/har-violations.ts";
import { recordTask, replayTask } from "../support/record-task.ts";
import { streamedNetwork } from "../support/streamed-http.ts";
import { temporaryFolder, writeTask } from "../support/task-folder.ts";

const PRELUDE = `
  const at = (path) => "http://service.test/" + path;
  const text = (bytes) => new TextDecoder().decode(bytes);
  const pieces = async (response) => { const list = []; for await (const piece of response.body) list.push(text(piece)); return list; };
`;
let inline: Executor;
let pool: Executor;
let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  inline = createInlineExecutor();
  pool = createPoolExecutor({ workers: 1 });
  place = await temporaryFolder();
});
afterAll(() => Promise.all([inline.stop(), pool.stop(), place[Symbol.asyncDispose]()]));

/** Records a task on the calling thread, and replays it there and on a pool. */
async function recordAndReplay(code: string, given: { secrets?: Record<string, string> } = {}) {
  const task = await writeTask(place.path, `${PRELUDE} ${code}`);
  const dir = join(place.path, crypto.randomUUID());
  const recorded = await recordTask({ executor: inline, task, dir, http: streamedNetwork(), ...given });
  const har = JSON.parse(await readFile(join(recorded.folder, "requests.har"), "utf8"));
  expect(harViolations(har)).toEqual([]);
  const replays = [];
  for (const executor of [inline, pool]) {
    const { result, comparison } = await replayTask(executor, task, recorded.folder);
    expect(comparison).toEqual({ equal: true, differences: [] });
    replays.push(result.status === "completed" ? JSON.parse(readText(result.outputJson)) : result.error.code);
  }
  const { result } = recorded;
  const output = result.status === "completed" ? JSON.parse(readText(result.outputJson)) : result.error.code;
  return { output, replays, responses: har.log.entries.map((entry: { response: unknown }) => entry.response) };
}

describe("the replay of a streamed body", () => {
  test("has the same pieces, in the same order among everything else", async () => {
    const code = `async () => {
      const order = [];
      const read = async (path) => { for await (const piece of (await fetch(at(path))).body) order.push(text(piece)); };
      const timer = new Promise((resolve) => setTimeout(() => { order.push("timer"); resolve(); }, 1));
      await Promise.all([read("slow/a/b/c/d"), read("slow/1/2/3"), timer, fetch(at("slow/whole")).then((r) => r.text()).then((t) => order.push(t))]);
      return order;
    }`;
    const { output, replays } = await recordAndReplay(code);
    expect(output).toHaveLength(9);
    expect(replays).toEqual([output, output]);
  });

  test("a body that was read as a whole, broke off, or was given up", async () => {
    const code = `async () => {
      const whole = fetch(at("slow/a/b"));
      const broken = await fetch(at("broken/x/network"));
      const seen = [whole.body, await pieces(broken).catch((error) => error.message)];
      const reader = (await fetch(at("endless"))).body.getReader();
      seen.push((await reader.read()).value.length);
      await reader.cancel();
      seen.push((await fetch(at("stuck"))).status);
      return seen;
    }`;
    const { output, replays, responses } = await recordAndReplay(code);
    expect(output).toEqual(["ab", "the server went away (GET http://service.test/broken/x/network)", 65_536, 200]);
    expect(replays).toEqual([output, output]);
    expect(responses).toMatchObject([
      { status: 200, content: { text: "ab" } },
      { content: { text: "x" }, _error: { kind: "network", code: "ECONNRESET" }, _pieces: [1] },
      { _error: { kind: "aborted", message: "the body was not read to its end" } },
      { status: 200, content: { text: "" }, _error: { kind: "aborted" }, _pieces: [] },
    ]);
  });

  test("a secret that two pieces share is masked", async () => {
    const code = `async () => { const seen = await pieces(await fetch(at("slow/key=topsec/retvalue;%20a/b"))); return [seen.join(""), seen.length]; }`;
    const { output, replays, responses } = await recordAndReplay(code, { secrets: { KEY: "topsecretvalue" } });
    expect(output).toEqual(["key=topsecretvalue; ab", 3]);
    const masked = `key=${placeholderOf("secret", 1)}; ab`;
    expect(replays).toEqual([
      [masked, 3],
      [masked, 3],
    ]);
    const { content, _pieces } = responses[0];
    expect([content.text, _pieces]).toEqual([masked, [masked.length - 4, 3, 1]]);
  });
});

test("the pieces of a masked body make up all of it, and end where they ended outside of secrets", () => {
  const secret = "s3cr3t-value";
  const placeholder = placeholderOf("secret", 1);
  const part = fc.oneof(fc.constant(secret), fc.stringMatching(/^[a-z ]{1,9}$/));
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 20 })),
      (parts, cuts) => {
        const before = parts.join("|");
        const after = before.replaceAll(secret, placeholder);
        const sizes: number[] = [];
        let left = before.length;
        for (const cut of [...cuts, left]) {
          const size = Math.min(cut, left);
          if (size > 0) sizes.push(size);
          left -= size;
        }
        const bytes = (text: string) => new TextEncoder().encode(text);
        const masked = maskedPieces(sizes, bytes(before), bytes(after));
        const texts = masked.map((size, i) => {
          const from = masked.slice(0, i).reduce((sum, one) => sum + one, 0);
          return after.slice(from, from + size);
        });
        expect(texts.join("")).toBe(after);
        // No placeholder is cut: what remains of each piece without them has none of their characters.
        for (const text of texts) expect(text.replaceAll(placeholder, "")).not.toMatch(/_|\d/);
      },
    ),
  );
});
