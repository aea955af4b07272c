import { expect, test } from "bun:test";
import { defineSource } from "../../src/registry/source-definition.ts";

const DEFAULTS = { refreshMs: 1_000 };
const place = (uri: string, more = {}) => defineSource({ name: "x", uri, ...more }, DEFAULTS).place;
const DEFAULT = { kind: "default" } as const;

test.each([
  ["file:///srv/tasks", { kind: "file", path: "/srv/tasks" }],
  ["file:///srv/my%20tasks", { kind: "file", path: "/srv/my tasks" }],
  ["file://./tasks", { kind: "file", path: "./tasks" }],
  ["file://tasks.zip", { kind: "file", path: "tasks.zip" }],
  ["./tasks", { kind: "file", path: "./tasks" }],
  ["tasks", { kind: "file", path: "tasks" }],
  ["https://example.org/index.json", { kind: "http", url: "https://example.org/index.json" }],
  ["https://example.org/tasks/", { kind: "http", url: "https://example.org/tasks/index.json" }],
  ["https://example.org/t.git", { kind: "git", url: "https://example.org/t.git", reference: DEFAULT, folder: "" }],
  ["git+https://example.org/t", { kind: "git", url: "https://example.org/t", reference: DEFAULT, folder: "" }],
  ["git@example.org:own/t.git", { kind: "git", url: "git@example.org:own/t.git", reference: DEFAULT, folder: "" }],
  ["ssh://git@example.org/t", { kind: "git", url: "ssh://git@example.org/t", reference: DEFAULT, folder: "" }],
] as const)("%s", (uri, expected) => {
  expect(place(uri)).toEqual(expected);
});

test("a branch turns a web address into a repository", () => {
  expect(place("https://example.org/t", { branch: "main" })).toMatchObject({
    kind: "git",
    reference: { kind: "branch", name: "main" },
  });
});

test.each([
  ["ftp://example.org/x", {}],
  ["file://", {}],
  ["mailto:a@example.org", {}],
  ["./tasks", { branch: "main" }],
  ["./tasks", { refreshMs: 5_000 }],
  ["https://example.org/index.json", { folder: "tasks" }],
] as const)("rejects %s with %o", (uri, more) => {
  expect(() => place(uri, more)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});

test("uses a password without showing it", () => {
  const source = defineSource({ name: "x", uri: "https://me:secret@example.org/t.git" }, DEFAULTS);
  expect(source.place).toMatchObject({ url: "https://me:secret@example.org/t.git" });
  expect(source.uri).toBe("https://***@example.org/t.git");
});

test("uses a token in an address without showing it", () => {
  const source = defineSource({ name: "x", uri: "https://example.org/index.json?token=secret" }, DEFAULTS);
  expect(source.place).toMatchObject({ url: "https://example.org/index.json?token=secret" });
  expect(source.uri).toBe("https://example.org/index.json?***");
});

test("follows a remote source by default, and a folder on request", () => {
  const watch = (uri: string, more = {}) => defineSource({ name: "x", uri, ...more }, DEFAULTS).watch;
  expect(watch("https://example.org/t.git")).toBe(true);
  expect(watch("https://example.org/t.git", { watch: false })).toBe(false);
  expect(watch("./tasks")).toBe(false);
  expect(watch("./tasks", { watch: true })).toBe(true);
});
