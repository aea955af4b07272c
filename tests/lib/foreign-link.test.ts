import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isForeignLink } from "../../src/lib/foreign-link.ts";
import { temporaryFolder } from "../support/ratchet.ts";

test("tells links that lead out of the current folder from everything else", () => {
  using folder = temporaryFolder();
  const inside = join(folder.path, "inside");
  mkdirSync(join(inside, "below"), { recursive: true });
  writeFileSync(join(folder.path, "outside.db"), "");
  writeFileSync(join(inside, "real.db"), "");
  symlinkSync("../outside.db", join(inside, "out.db"));
  symlinkSync("../not-yet.db", join(inside, "nowhere.db"));
  symlinkSync("real.db", join(inside, "within.db"));
  symlinkSync("..", join(inside, "up"));
  const before = process.cwd();
  process.chdir(inside);
  try {
    const foreign = ["out.db", "./out.db", "below/../out.db", "nowhere.db", "up/outside.db", "up/new.db"];
    expect(foreign.filter((path) => !isForeignLink(path))).toEqual([]);
    const own = [
      "real.db",
      "within.db",
      "new.db",
      "below/new.db",
      "../outside.db",
      join(inside, "out.db"),
      "no/such/folder",
    ];
    expect(own.filter(isForeignLink)).toEqual([]);
  } finally {
    process.chdir(before);
  }
});
