import { applyPatch, createPatch, diffJson, diffLines, diffWords } from "diff";

export default function () {
  const before = "one\ntwo\nthree\n";
  const after = "one\n2\nthree\nfour\n";
  const patch = createPatch("f.txt", before, after);
  return {
    words: diffWords("the quick fox", "the slow fox"),
    lines: diffLines(before, after).map(({ value, added, removed }) => [value, added, removed]),
    json: diffJson({ a: 1 }, { a: 2 }).length,
    patch,
    applied: applyPatch(before, patch),
  };
}
