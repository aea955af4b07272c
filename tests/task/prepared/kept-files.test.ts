import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openKeptFiles } from "../../../src/task/prepared/kept-files.ts";
import { temporaryFolder } from "../../support/ratchet.ts";

const SOME = Buffer.from("some content");

function open(path: string, maxBytes = 1_000_000) {
  const folder = join(path, "cache/ratchet");
  return { folder, kept: openKeptFiles({ folder, maxBytes }) };
}

describe("kept files", () => {
  test("are read again, by another process too, and only the user can read them", () => {
    using root = temporaryFolder();
    const { folder, kept } = open(root.path);
    expect(kept.read("a")).toBeUndefined();
    kept.write("a", SOME);
    expect(kept.read("a")).toEqual(SOME);
    expect(open(root.path).kept.read("a")).toEqual(SOME);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  test("are ignored when a byte of them differs, or when they are cut off", () => {
    using root = temporaryFolder();
    const { folder, kept } = open(root.path);
    kept.write("a", SOME);
    const good = readFileSync(join(folder, "a"));
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad.writeUInt8(bad.readUInt8(at) ^ 1, at);
      writeFileSync(join(folder, "a"), bad);
      expect(kept.read("a")).toBeUndefined();
      writeFileSync(join(folder, "a"), good.subarray(0, at));
      expect(kept.read("a")).toBeUndefined();
    }
    writeFileSync(join(folder, "a"), good);
    expect(kept.read("a")).toEqual(SOME);
  });

  test("are ignored when others may write to them, and when they are links", () => {
    using root = temporaryFolder();
    const { folder, kept } = open(root.path);
    kept.write("a", SOME);
    for (const mode of [0o620, 0o602, 0o666]) {
      chmodSync(join(folder, "a"), mode);
      expect(kept.read("a")).toBeUndefined();
    }
    chmodSync(join(folder, "a"), 0o600);
    expect(kept.read("a")).toEqual(SOME);
    symlinkSync("a", join(folder, "link"));
    expect(kept.read("link")).toBeUndefined();
    mkdirSync(join(folder, "folder"));
    expect(kept.read("folder")).toBeUndefined();
  });

  test("are neither read nor written in a folder that others may write to", () => {
    using root = temporaryFolder();
    const { folder, kept } = open(root.path);
    kept.write("a", SOME);
    chmodSync(folder, 0o777);
    const other = open(root.path).kept;
    expect(other.read("a")).toBeUndefined();
    other.write("b", SOME);
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  test.if(process.getuid?.() === 0)("are ignored when another user owns them or their folder", async () => {
    using root = temporaryFolder();
    const { folder, kept } = open(root.path);
    kept.write("a", SOME);
    const { chownSync } = await import("node:fs");
    chownSync(join(folder, "a"), 12_345, 12_345);
    expect(kept.read("a")).toBeUndefined();
    chownSync(join(folder, "a"), 0, 0);
    chownSync(folder, 12_345, 12_345);
    expect(open(root.path).kept.read("a")).toBeUndefined();
  });

  test("need a home folder, and cause no error without one", () => {
    using root = temporaryFolder();
    const folder = join(root.path, "nobody/.cache/ratchet/prepared");
    const kept = openKeptFiles({ folder, maxBytes: 1_000 });
    kept.write("a", SOME);
    expect(kept.read("a")).toBeUndefined();
    expect(readdirSync(root.path)).toEqual([]);
    writeFileSync(join(root.path, "file"), "");
    const inFile = openKeptFiles({ folder: join(root.path, "file/ratchet/prepared"), maxBytes: 1_000 });
    inFile.write("a", SOME);
    expect(inFile.read("a")).toBeUndefined();
  });

  test("that were used least recently are removed first", () => {
    using root = temporaryFolder();
    const { folder, kept } = open(root.path, 10_000);
    const names = ["a", "b", "c", "d", "e"];
    for (const [index, name] of names.entries()) {
      kept.write(name, Buffer.alloc(1_900));
      utimesSync(join(folder, name), 1_000 + index, 1_000 + index);
    }
    // The use of the oldest makes it the newest.
    expect(kept.read("a")).toBeDefined();
    kept.write("f", Buffer.alloc(1_900));
    expect(readdirSync(folder).sort()).toEqual(["a", "d", "e", "f"]);
    const total = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(total).toBeLessThanOrEqual(8_000);
  });

  test("that are too large are not written, and what interrupted writes left is removed", () => {
    using root = temporaryFolder();
    const { folder, kept } = open(root.path, 10_000);
    kept.write("a", SOME);
    writeFileSync(join(folder, "old.new"), "half");
    utimesSync(join(folder, "old.new"), 1_000, 1_000);
    writeFileSync(join(folder, "young.new"), "half");
    kept.write("large", Buffer.alloc(6_000));
    kept.write("b", SOME);
    expect(readdirSync(folder).sort()).toEqual(["a", "b", "young.new"]);
  });
});
