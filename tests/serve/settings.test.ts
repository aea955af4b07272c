import { expect, test } from "bun:test";
import { newWorkplace } from "../support/serve-process.ts";

interface Setting {
  key: string;
  value: string | null;
  origin: Record<string, unknown>;
  default: string | null;
  description: string;
}

test("shows the settings in force and where they come from, without secrets", async () => {
  using place = newWorkplace();
  const sources = [
    { name: "tasks", uri: "file://./tasks" },
    { name: "far", uri: "git+https://ada:s3cr3t-word@127.0.0.1:1/tasks.git?token=t0ken-word" },
  ];
  place.write(
    "team.yaml",
    [
      "queue:",
      "  lease: 9s",
      `registry: ${JSON.stringify({ sources })}`,
      "profiles:",
      "  night:",
      "    queue:",
      "      max_retries: 7",
    ].join("\n"),
  );
  const env = { RATCHET_QUEUE_CONCURRENCY: "3", RATCHET_HTTP_PROXY: "http://bob:pr0xy-word@127.0.0.1:9" };
  const server = await place.serve(["--config", "team.yaml", "--profile", "night", "--dev"], env);
  const { status, body } = await server.call("GET", "/api/v1/settings");
  expect(status).toBe(200);
  const items = body.items as unknown as Setting[];
  const settings = new Map(items.map((one) => [one.key, one]));
  const shown = (key: string) => ({ value: settings.get(key)?.value, origin: settings.get(key)?.origin });
  expect(shown("queue.lease")).toEqual({ value: "9s", origin: { from: "file", path: "team.yaml", line: 2 } });
  expect(shown("queue.max_retries")).toMatchObject({ value: "7", origin: { from: "file", profile: "night", line: 7 } });
  expect(shown("queue.concurrency")).toEqual({
    value: "3",
    origin: { from: "environment", variable: "RATCHET_QUEUE_CONCURRENCY" },
  });
  expect(shown("server.port")).toMatchObject({ origin: { from: "option", option: "--port" } });
  expect(shown("logging.level")).toEqual({ value: "debug", origin: { from: "option", option: "--dev" } });
  expect(shown("server.idle_timeout")).toMatchObject({ origin: { from: "default" } });
  expect(shown("secrets.key_file")).toEqual({ value: null, origin: { from: "default" } });
  expect(items.every(({ description }) => description.length > 10)).toBe(true);
  expect(settings.get("http.proxy")?.value).toBe("http://***@127.0.0.1:9");
  expect(settings.get("registry.sources")?.value).toContain("git+https://***@127.0.0.1:1/tasks.git?***");
  expect(JSON.stringify(body)).not.toMatch(/s3cr3t-word|t0ken-word|pr0xy-word|ada:|bob:/);
  const { body: graphql } = await server.call("POST", "/graphql", {
    query: "{ settings { key value origin default } }",
  });
  const fields = (graphql.data as unknown as { settings: Setting[] }).settings;
  expect(fields.map(({ description: _, ...rest }) => rest)).toEqual(items.map(({ description: _, ...rest }) => rest));
}, 120_000);

test("keeps a stored secret out of the settings", async () => {
  using place = newWorkplace();
  place.writeTask("good", "(function () { return 1; })");
  const server = await place.serve([], { RATCHET_SERVER_ALLOWED_HOSTS: "stored-secret-value" });
  await server.call("PUT", "/api/v1/secrets/ID", { value: "stored-secret-value" });
  const { body } = await server.call("GET", "/api/v1/settings");
  expect(JSON.stringify(body)).not.toContain("stored-secret-value");
}, 120_000);
