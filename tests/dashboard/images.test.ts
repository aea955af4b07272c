/** The pictures of the pages in docs/, which tests/dashboard/screenshots.ts takes. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../support/ratchet.ts";
import { IMAGES, imageOf, MORE_PICTURES } from "./image-of.ts";
import { pagePaths } from "./page-list.ts";

const MOST_BYTES = 120 * 1024;

const guide = readFileSync(join(REPOSITORY, "docs/dashboard.md"), "utf8");

const PICTURES = [...pagePaths(), ...MORE_PICTURES];

describe.each(PICTURES)("%s", (path) => {
  test("has a picture, which docs/dashboard.md shows with a text for those who can't see it", () => {
    const picture = readFileSync(join(IMAGES, imageOf(path)));
    // Container and kind of file: RFC 9649.
    expect(picture.toString("latin1", 0, 4) + picture.toString("latin1", 8, 12)).toBe("RIFFWEBP");
    expect(picture.length).toBeLessThan(MOST_BYTES);
    const shown = [...guide.matchAll(/!\[([^\]]+)\]\(images\/dashboard\/([^)]+)\)/g)].find(
      ([, , name]) => name === imageOf(path),
    );
    expect(shown?.[1]?.length).toBeGreaterThan(10);
  });
});

test("no picture is left of a page that is gone", () => {
  expect(readdirSync(IMAGES).sort()).toEqual(PICTURES.map(imageOf).sort());
});
