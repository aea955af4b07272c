import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "../../../src/domain/json.ts";
import { isObject } from "../../../src/lib/is-object.ts";
import { makeValidator } from "../../../src/task/schema/make-validator.ts";
import { DRAFTS } from "./validators.ts";

/**
 * The `tests/` and `remotes/` of the JSON Schema Test Suite (json-schema-org/JSON-Schema-Test-Suite), in a folder next
 * to the repository. No registry package contains it.
 */
const SUITE = join(import.meta.dir, "../../../../shared/suites/json-schema");

const FOLDERS = { draft4: 4, draft6: 6, draft7: 7, "draft2019-09": 2019, "draft2020-12": 2020 } as const;
type Folder = keyof typeof FOLDERS;

/** Number of tests in each part of the suite, to notice tests that were not read. */
const COUNTS: Readonly<Record<Folder, { required: number; optional: number }>> = {
  draft4: { required: 618, optional: 319 },
  draft6: { required: 839, optional: 431 },
  draft7: { required: 927, optional: 794 },
  // Formats are annotations in these drafts, so their format tests, which expect assertions, are skipped.
  "draft2019-09": { required: 1_259, optional: 158 },
  "draft2020-12": { required: 1_299, optional: 162 },
};

/** The schema uses a custom meta-schema, which would have to be fetched. It is rejected. */
const CUSTOM_META_SCHEMA = [
  "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary: applicator vocabulary still works",
  "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary: no validation: valid number",
  "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary: no validation: invalid number, but it still validates",
  "vocabulary.json: ignore unrecognized optional vocabulary: string value",
  "vocabulary.json: ignore unrecognized optional vocabulary: number value",
];

/** Required tests that fail. */
const REQUIRED_MISSES: Readonly<Record<Folder, readonly string[]>> = {
  draft4: [],
  draft6: [],
  draft7: [],
  "draft2019-09": CUSTOM_META_SCHEMA,
  "draft2020-12": CUSTOM_META_SCHEMA,
};

/** Optional tests that fail. */
const OPTIONAL_MISSES: Readonly<Record<Folder, readonly string[]>> = {
  draft4: [
    // 1.0 and 1 are the same number in JavaScript.
    "zeroTerminatedFloats.json: some languages do not distinguish between different types of numeric value: a float is not an integer even without fractional part",
    "format/hostname.json: validation of host names: hostname with consecutive hyphens (RFC1123)",
  ],
  draft6: ["format/hostname.json: validation of host names: hostname with consecutive hyphens (RFC1123)"],
  draft7: [
    // Encoded contents are not decoded.
    "content.json: validation of string-encoded content based on media type: an invalid JSON document",
    "content.json: validation of binary string-encoding: an invalid base64 string (% is not a valid character)",
    "content.json: validation of binary-encoded media type documents: a validly-encoded invalid JSON document",
    "content.json: validation of binary-encoded media type documents: an invalid base64 string that is valid JSON",
    // Documents of other drafts than the schema's are not available: nothing is fetched.
    "cross-draft.json: refs to future drafts are processed as future drafts: missing bar is invalid",
    "cross-draft.json: refs to future drafts are processed as future drafts: present bar is valid",
    "format/iri.json: validation of IRIs: an IPvFuture host with an uppercase version letter is valid",
  ],
  "draft2019-09": [
    "cross-draft.json: refs to future drafts are processed as future drafts: first item not a string is invalid",
    "cross-draft.json: refs to future drafts are processed as future drafts: first item is a string is valid",
    "cross-draft.json: refs to historic drafts are processed as historic drafts: missing bar is valid",
  ],
  "draft2020-12": [
    "cross-draft.json: refs to historic drafts are processed as historic drafts: first item not a string is valid",
    "format-assertion.json: schema that uses custom metaschema with format-assertion: false: format-assertion: false: valid string",
    "format-assertion.json: schema that uses custom metaschema with format-assertion: false: format-assertion: false: invalid string",
    "format-assertion.json: schema that uses custom metaschema with format-assertion: true: format-assertion: true: valid string",
    "format-assertion.json: schema that uses custom metaschema with format-assertion: true: format-assertion: true: invalid string",
  ],
};

interface Group {
  description: string;
  schema: JsonValue;
  tests: { description: string; data: JsonValue; valid: boolean }[];
}

function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(...path), "utf8")) as T;
}

/** Loads the documents that the suite's remote references point to. */
function remotes(draft: Folder): Map<string, JsonValue> {
  const documents = new Map<string, JsonValue>();
  for (const name of readdirSync(join(SUITE, "remotes"), { recursive: true }).map(String)) {
    const path = name.replaceAll("\\", "/");
    const own = /^(draft[^/]+|v1)\//.exec(path)?.[1] ?? draft;
    if (path.endsWith(".json") && own === draft) {
      documents.set(`http://localhost:1234/${path}`, readJson(SUITE, "remotes", path));
    }
  }
  return documents;
}

/** Runs the test files of one folder. @returns the names of the failed tests, and the number of all tests */
async function runFolder(draft: Folder, subfolder: string): Promise<{ misses: string[]; count: number }> {
  const documents = remotes(draft);
  const folder = join(SUITE, "tests", draft, subfolder);
  const misses: string[] = [];
  let count = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    for (const group of readJson<Group[]>(folder, file)) {
      const schema = isObject(group.schema) ? { $schema: DRAFTS[FOLDERS[draft]], ...group.schema } : group.schema;
      const validate = await makeValidator(schema, [], documents);
      for (const { description, data, valid } of group.tests) {
        count++;
        const agrees = validate !== undefined && (validate(data).length === 0) === valid;
        if (!agrees) misses.push(`${file}: ${group.description}: ${description}`);
      }
    }
  }
  return { misses, count };
}

const isAbsent = !existsSync(SUITE);
const reason = isAbsent ? ` (skipped: ${SUITE} is absent)` : "";

describe.skipIf(isAbsent)(`the official JSON Schema test suite${reason}`, () => {
  for (const draft of Object.keys(FOLDERS) as Folder[]) {
    // Equality rather than inclusion, so that a test that passes for the first time must be removed from the list.
    test(`all required tests of ${draft} pass, except those listed`, async () => {
      const { misses, count } = await runFolder(draft, "");
      expect(misses.sort()).toEqual(REQUIRED_MISSES[draft].toSorted());
      expect(count).toBe(COUNTS[draft].required);
    });

    test(`all optional tests of ${draft} pass, except those listed`, async () => {
      const { misses, count } = await runFolder(draft, "optional");
      const formats = FOLDERS[draft] > 7 ? { misses: [], count: 0 } : await runFolder(draft, "optional/format");
      const all = [...misses, ...formats.misses.map((name) => `format/${name}`)];
      expect(all.sort()).toEqual(OPTIONAL_MISSES[draft].toSorted());
      expect(count + formats.count).toBe(COUNTS[draft].optional);
    });
  }
});
