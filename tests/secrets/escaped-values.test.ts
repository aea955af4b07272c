import { afterEach, beforeEach, expect, test } from "bun:test";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

const VALUE = "sk_live&Value<42>xyz";
const JSON_TEXT = '{"a":"sk_live\\u0026Value\\u003C42\\u003exyz","b":"sk_live\\\\u0026Value<42>xyz"}';
const XML_TEXT = "<a b='sk_live&amp;Value&#60;42&gt;xyz'>sk_live&#x26;Value&lt;42>xyz</a>";

let place: Workplace;
beforeEach(async () => {
  place = newWorkplace();
  place.write("run.yaml", "execution: { network: any }\n");
  await place.ratchet(["secrets", "set", "TOKEN"], { stdin: VALUE });
});
afterEach(() => place[Symbol.dispose]());

const runOnce = (input: unknown) =>
  place.ratchet([
    ...["run-once", "--from-fs", "tasks/sender", "--config", "run.yaml"],
    ...["--input-json", JSON.stringify(input)],
  ]);

test("a log and an error show no value that another language has escaped", async () => {
  place.writeTask("sender", "({ text }) => { console.log(text); throw new Error(text); }", {
    permissions: { secrets: ["TOKEN"] },
  });
  const { code, stdout, stderr } = await runOnce({ text: JSON_TEXT });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr.split('{"a":"[secret TOKEN]","b":"[secret TOKEN]"}').length).toBeGreaterThan(2);
  expect(stderr).not.toContain("Value");
});

test("a task sees the stand-in where its host sends escaped values, also in pieces", async () => {
  const body = Buffer.from(`${JSON_TEXT}\n${XML_TEXT}`);
  using origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch() {
      let at = 0;
      return new Response(
        new ReadableStream({
          pull(controller) {
            controller.enqueue(body.subarray(at, at + 7));
            at += 7;
            if (at >= body.length) controller.close();
          },
        }),
      );
    },
  });
  const hosts = [`127.0.0.1:${origin.port}`];
  const code = `async ({ url }, { secrets: { TOKEN } }) => {
    const response = await fetch(url, { headers: { authorization: TOKEN } });
    return (await response.text()).replaceAll(TOKEN, "HIDDEN");
  }`;
  place.writeTask("sender", code, { permissions: { secrets: { TOKEN: { hosts } } } });
  const { stdout, stderr } = await runOnce({ url: `http://127.0.0.1:${origin.port}/` });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toBe('{"a":"HIDDEN","b":"HIDDEN"}\n<a b=\'HIDDEN\'>HIDDEN</a>');
});
