import { describe, expect, test } from "bun:test";
import { mixedFetchStyles } from "../../src/task/program/fetch-styles.ts";

function linesOf(code: string): string[] {
  return mixedFetchStyles(code, "main.js").map(
    ({ line, message }) => `${line}: ${/awaited fetch is a stream/.test(message) ? "awaited" : "synchronous"}`,
  );
}

describe("code that mixes the two styles of fetch", () => {
  test.each([
    ["const r = await fetch(url);\nreturn r.body.items;", ["2: awaited"]],
    ["const r = await fetch(url, { method: 'POST' });\nr.body[0];", ["2: awaited"]],
    ["return (await fetch(url)).body.items;", ["1: awaited"]],
    ["let r; r = await fetch(url); r?.body?.name", ["1: awaited"]],
    ["const r = fetch(url);\nfor await (const c of r.body.values()) use(c);", ["2: synchronous"]],
    ["fetch(url).body.getReader()", ["1: synchronous"]],
    ["const r = fetch(url);\nconst a = await r;\nreturn a.body.items;", ["3: awaited"]],
  ])("is reported: %s", (code, expected) => {
    expect(linesOf(code)).toEqual(expected);
  });

  test.each([
    "const r = await fetch(url); for await (const c of r.body) use(c); r.body.pipeTo(sink); r.body?.cancel(); if (r.body) go();",
    "const r = fetch(url); return r.body.items;",
    "return fetch(url).body.items;",
    "const { body } = await fetch(url);",
    "const r = fetch(url); const data = await r.json(); data.body.x; r.body.x;",
    "const text = await fetch(url).then((r) => r.text()); text.body.x;",
    "const r = ready ? await fetch(url) : other; r.body.x;",
    "const data = (await fetch(url)).json(); data.body.x;",
    "const r = await fetch(url); r.request.body.x; self.fetch(url).body.getReader();",
    "let r = await fetch(a); r = fetch(b); r.body.x;",
    "// const r = await fetch(url); r.body.x",
    "const r = await client.fetch(url); r.body.x;",
  ])("is not reported where it is right or unknown: %s", (code) => {
    expect(linesOf(code)).toEqual([]);
  });
});
