import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "../../../src/domain/json.ts";
import { isObject } from "../../../src/task/schema/index-schema.ts";
import { makeValidator } from "../../../src/task/schema/make-validator.ts";
import { DRAFTS } from "./validators.ts";

/**
 * The JSON Schema Test Suite (json-schema-org/JSON-Schema-Test-Suite). No registry package carries it, so its checkout
 * has to be named: JSON_SCHEMA_TEST_SUITE=../JSON-Schema-Test-Suite bun test tests/task/schema/official-suite.test.ts
 */
const SUITE = process.env.JSON_SCHEMA_TEST_SUITE;
const FOLDERS = { draft4: 4, draft6: 6, draft7: 7, "draft2019-09": 2019, "draft2020-12": 2020 } as const;
/** Schemas whose `$schema` is a schema of their author's own: refused, as it would have to be fetched. */
const REFUSED = new Set([
  "schema that uses custom metaschema with with no validation vocabulary",
  "ignore unrecognized optional vocabulary",
]);

interface Group {
  description: string;
  schema: JsonValue;
  tests: { description: string; data: JsonValue; valid: boolean }[];
}

function readJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(...path), "utf8")) as T;
}

/** The documents that the suite's remote references lead to. */
function remotes(suite: string, draft: string): Map<string, JsonValue> {
  const documents = new Map<string, JsonValue>();
  for (const name of readdirSync(join(suite, "remotes"), { recursive: true }).map(String)) {
    const path = name.replaceAll("\\", "/");
    const own = /^(draft[^/]+|v1)\//.exec(path)?.[1] ?? draft;
    if (path.endsWith(".json") && own === draft) {
      documents.set(`http://localhost:1234/${path}`, readJson(suite, "remotes", path));
    }
  }
  return documents;
}

describe.skipIf(SUITE === undefined)("the official test suite", () => {
  const suite = SUITE ?? "";
  for (const [folder, draft] of Object.entries(FOLDERS)) {
    test(`agrees in every required test of ${folder}`, async () => {
      const documents = remotes(suite, folder);
      const wrong: string[] = [];
      let count = 0;
      for (const file of readdirSync(join(suite, "tests", folder)).filter((name) => name.endsWith(".json"))) {
        for (const group of readJson<Group[]>(suite, "tests", folder, file)) {
          const schema = isObject(group.schema) ? { $schema: DRAFTS[draft], ...group.schema } : group.schema;
          const validate = await makeValidator(schema, [], documents);
          if (REFUSED.has(group.description)) expect(validate).toBeUndefined();
          else {
            for (const { description, data, valid } of group.tests) {
              count++;
              const verdict = validate === undefined ? "refused" : validate(data).length === 0;
              if (verdict !== valid) wrong.push(`${file}: ${group.description}: ${description}: ${verdict}`);
            }
          }
        }
      }
      expect(wrong).toEqual([]);
      expect(count).toBeGreaterThan(600);
    });
  }
});
