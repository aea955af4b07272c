/** The table of use cases by door agrees with the routes, the fields, the commands, the services and the docs. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSchema } from "../../src/api/graphql/schema.ts";
import { ROOT } from "../../src/cli/commands/root.ts";
import { createServices } from "../../src/service/services.ts";
import { startServer, type TestServer } from "./start-server.ts";
import type { UseCase } from "./use-case.ts";
import { USE_CASES } from "./use-cases.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

const named = (door: "rest" | "graphql" | "cli"): string[] =>
  [...new Set(USE_CASES.flatMap((useCase) => useCase[door] ?? []))].sort();

test("every route of REST has its use case", () => {
  const { paths } = server.api.openApi() as unknown as { paths: Record<string, Record<string, object>> };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, "")}`),
  );
  expect(named("rest")).toEqual(routes.sort());
});

test("every query, mutation and subscription of GraphQL has its use case", () => {
  const schema = createSchema();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  expect(named("graphql")).toEqual(roots.flatMap((type) => Object.keys(type?.getFields() ?? {})).sort());
});

/** Groups and commands that speak to a running server, or change what it reads. */
const OF_A_SERVER =
  /^(?:enqueue|jobs|schedules|queue|tasks|executions|signal|approvals|logs|trace|events|notifications|user|key|http|repo (?:status|refresh))\b/;

interface Group {
  subCommands?: Record<string, Group>;
}

function commandsOf(group: Group, path: readonly string[] = []): string[] {
  return Object.entries(group.subCommands ?? {}).flatMap(([name, child]) =>
    child.subCommands === undefined ? [[...path, name].join(" ")] : commandsOf(child, [...path, name]),
  );
}

test("every command for a server is in the table, and the table has no others", () => {
  const commands = commandsOf(ROOT as Group).filter((name) => OF_A_SERVER.test(name));
  expect(commands.length).toBeGreaterThan(5);
  expect(commands.sort()).toEqual(named("cli"));
});

test("every use case of a service leads to a method of it, and none is reached past its service", () => {
  const services = createServices(server.deps) as unknown as Record<string, Record<string, unknown>>;
  const wrong = USE_CASES.flatMap(({ service }) => service ?? []).filter((path) => {
    const [name = "", method = ""] = path.split(".");
    return typeof services[name]?.[method] !== "function";
  });
  expect(wrong).toEqual([]);
});

test("docs/api.md has the same table", () => {
  const text = readFileSync(join(import.meta.dir, "../../docs/api.md"), "utf8");
  const section = text.slice(text.indexOf("## Use cases by door"));
  const rows = section.split("\n").filter((line) => /^\| (?!use case|---)/.test(line));
  expect(rows).toEqual(USE_CASES.map(rowOf));
});

function rowOf({ what, rest = [], graphql = [], cli = [] }: UseCase): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
  return `| ${what} | ${code(rest)} | ${code(graphql)} | ${code(cli)} |`;
}
