import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { metricFamilies, metricSamples, scrape } from "../support/metrics.ts";
import { temporaryFolder } from "../support/ratchet.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const FOLDER = join(import.meta.dir, "../../docs/monitoring");
const PROMTOOL = Bun.which("promtool");
const PROMETHEUS = Bun.which("prometheus");

interface Panel {
  title: string;
  type: string;
  targets: { expr: string }[];
}

interface Dashboard {
  uid: string;
  title: string;
  schemaVersion: number;
  panels: Panel[];
}

const dashboard = JSON.parse(readFileSync(join(FOLDER, "grafana-dashboard.json"), "utf8")) as Dashboard;
const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
const alerts = (
  Bun.YAML.parse(readFileSync(join(FOLDER, "alerts.yaml"), "utf8")) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  }
).groups.flatMap(({ rules }) => rules);

let place: Workplace;
let server: ServeProcess;
let text: string;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("good", "(function () { return 1; })");
  server = await place.serve();
  await server.call("POST", "/api/v1/tasks/good/execute", {});
  text = await scrape(server.url);
}, 120_000);
afterAll(() => place[Symbol.dispose]());

/** The metrics that a query names. Histograms have names of their own for their parts. */
const namesIn = (expr: string) => new Set(expr.match(/\b(?:ratchet|process)_\w+|\bup\b/g));

/** The names that can be queried: those of families, and of the parts of histograms. */
function queryable(): Set<string> {
  const names = new Set(["up"]);
  for (const [name, { type }] of metricFamilies(text)) {
    if (type !== "histogram") names.add(name);
    else for (const part of ["bucket", "sum", "count"]) names.add(`${name}_${part}`);
  }
  return names;
}

function run(command: string[], cwd: string) {
  const { stdout, stderr, exitCode } = Bun.spawnSync(command, { cwd });
  return { output: `${stdout}${stderr}`, exitCode };
}

describe("the dashboard", () => {
  test("is one that Grafana imports", () => {
    expect(dashboard.uid).toBe("ratchet");
    expect(dashboard.title).toBe("Ratchet");
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(30);
    expect(dashboard.panels.length).toBeGreaterThanOrEqual(8);
    for (const { title, targets } of dashboard.panels) expect([title, targets.length > 0]).toEqual([title, true]);
    expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length);
  });

  test("asks only for metrics that the server has", () => {
    const known = queryable();
    const unknown = queries.flatMap(({ title, expr }) =>
      [...namesIn(expr)].filter((name) => !known.has(name)).map((name) => `${title}: ${name}`),
    );
    expect(unknown).toEqual([]);
    for (const { title, expr } of queries) expect([title, namesIn(expr).size > 0]).toEqual([title, true]);
  });
});

describe("the alerts", () => {
  test("ask only for metrics that the server has", () => {
    const known = queryable();
    const unknown = alerts.flatMap(({ alert, expr }) =>
      [...namesIn(expr)].filter((name) => !known.has(name)).map((name) => `${alert}: ${name}`),
    );
    expect(unknown).toEqual([]);
    expect(alerts.length).toBeGreaterThanOrEqual(5);
  });

  test("each have a line in the documentation", () => {
    const page = readFileSync(join(FOLDER, "../monitoring.md"), "utf8");
    expect(alerts.map(({ alert }) => alert).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  test("ask only for labels that the series have", () => {
    const { labels } = metricSamples(text).find(({ name }) => name === "ratchet_attempts_total") ?? {};
    expect(Object.keys(labels ?? {})).toEqual(["task", "outcome"]);
  });

  test.skipIf(PROMTOOL === null)("pass promtool, and each has a case in which it fires", () => {
    const promtool = PROMTOOL ?? "";
    expect(run([promtool, "check", "rules", "alerts.yaml"], FOLDER)).toMatchObject({ exitCode: 0 });
    const tested = run([promtool, "test", "rules", "alerts.test.yaml"], FOLDER);
    expect([tested.exitCode, tested.output]).toEqual([0, expect.stringContaining("SUCCESS")]);
    const cases = readFileSync(join(FOLDER, "alerts.test.yaml"), "utf8");
    for (const { alert } of alerts) {
      expect([alert, new RegExp(`alertname: ${alert}\\n\\s+eval_time: \\w+\\n\\s+exp_alerts:\\n`).test(cases)]).toEqual(
        [alert, true],
      );
    }
  });
});

describe.skipIf(PROMETHEUS === null)("a Prometheus with the documented configuration", () => {
  interface Answer<T> {
    status: string;
    data: T;
    error?: string;
  }
  const folder = temporaryFolder();
  let prometheus: Bun.Subprocess;
  let url: string;

  async function ask<T>(path: string): Promise<Answer<T>> {
    return (await (await fetch(`${url}${path}`)).json()) as Answer<T>;
  }

  beforeAll(async () => {
    cpSync(FOLDER, folder.path, { recursive: true });
    const file = join(folder.path, "prometheus.yaml");
    const written = readFileSync(file, "utf8").replace("127.0.0.1:8080", new URL(server.url).host);
    // Faster than anybody needs it, so that the test does not wait.
    writeFileSync(file, written.replace(/interval: 15s/g, "interval: 1s"));
    using probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const address = `127.0.0.1:${probe.port}`;
    await probe.stop(true);
    url = `http://${address}`;
    prometheus = Bun.spawn(
      [
        PROMETHEUS ?? "",
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder.path, "data")}`,
        `--web.listen-address=${address}`,
      ],
      { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    );
    await eventually(() =>
      fetch(`${url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }, 120_000);
  afterAll(async () => {
    prometheus.kill("SIGKILL");
    await prometheus.exited;
    folder[Symbol.dispose]();
  });

  test("scrapes the server and evaluates every rule", async () => {
    interface Targets {
      activeTargets: { health: string; lastError: string; labels: { job: string } }[];
    }
    const target = await eventually(async () => {
      const { data } = await ask<Targets>("/api/v1/targets");
      return data.activeTargets.find(({ health }) => health !== "unknown");
    });
    expect(target).toMatchObject({ health: "up", lastError: "", labels: { job: "ratchet" } });
    interface Rules {
      groups: { rules: { name: string; health: string; lastError?: string }[] }[];
    }
    const rules = await eventually(async () => {
      const { data } = await ask<Rules>("/api/v1/rules");
      const all = data.groups.flatMap(({ rules }) => rules);
      return all.length > 0 && all.every(({ health }) => health !== "unknown") && all;
    });
    expect(rules.map(({ name, health, lastError }) => [name, health, lastError])).toEqual(
      alerts.map(({ alert }) => [alert, "ok", undefined]),
    );
  }, 120_000);

  test("understands every query of the dashboard", async () => {
    for (const { title, expr } of queries) {
      const query = expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*");
      const { status, error } = await ask(`/api/v1/query?${new URLSearchParams({ query })}`);
      expect([title, status, error]).toEqual([title, "success", undefined]);
    }
  }, 120_000);

  test("finds no fault in the description of the metrics", async () => {
    interface Metadata {
      [name: string]: { type: string; help: string }[];
    }
    const metadata = await eventually(async () => {
      const { data } = await ask<Metadata>("/api/v1/metadata");
      return Object.keys(data).length > 0 && data;
    });
    const described = Object.entries(metadata).map(([name, [first]]) => [name, first?.type, first?.help]);
    const families = [...metricFamilies(text)].map(([name, { type, help }]) => [name, type, help]);
    expect(described.toSorted()).toEqual(families.toSorted());
  }, 120_000);
});
