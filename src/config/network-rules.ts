import { HTTP_METHODS } from "../domain/http-methods.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import { NETWORK_RULE_REMEDY, type NetworkRule, parseNetworkRule } from "../domain/network-rule.ts";
import type { StructureProblem, StructureReading } from "./value-form.ts";

/** JSON Schema of `http.allow` and `http.deny`. */
export const RULES_SCHEMA: JsonObject = { type: "array", items: { type: "string" } };

/** Reads a list of rules from a file or a variable. */
export function readNetworkRules(value: unknown): StructureReading<NetworkRule[]> {
  if (!Array.isArray(value)) {
    return {
      problems: [{ path: [], message: "is not a list of rules", remedy: 'Write a list: ["api.example.com"].' }],
    };
  }
  const problems: StructureProblem[] = [];
  const rules: NetworkRule[] = [];
  for (const [index, text] of value.entries()) {
    const rule = typeof text === "string" ? parseNetworkRule(text) : "is not a string";
    if (typeof rule !== "string") rules.push(rule);
    else {
      const message = `the rule ${JSON.stringify(text)?.slice(0, 200)} ${rule}`;
      problems.push({ path: [index], message, remedy: NETWORK_RULE_REMEDY });
    }
  }
  return problems.length > 0 ? { problems } : { value: rules };
}

/** Converts rules to the form that files and variables contain. */
export function writeNetworkRules(rules: object): JsonValue {
  return (rules as readonly NetworkRule[]).map(({ text }) => text);
}

/** Splits rules that are separated by commas. A comma also separates the methods of one rule: `GET,POST host`. */
export function splitNetworkRules(text: string): string[] {
  const rules: string[] = [];
  let methods = "";
  for (const part of text.split(",").map((one) => one.trim())) {
    if (HTTP_METHODS.has(part)) {
      methods += `${part},`;
    } else {
      rules.push(`${methods}${part}`);
      methods = "";
    }
  }
  return methods === "" ? rules : [...rules, methods.slice(0, -1)];
}
