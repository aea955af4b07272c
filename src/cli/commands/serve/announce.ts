import type { SetupPlace } from "../../../access/setup-place.ts";
import type { RunningApp } from "../../../app/start-app.ts";
import { buildInfo } from "../../../lib/build-info.ts";
import { timeText } from "../../../lib/time-text.ts";
import type { LogFields } from "../../../telemetry/logger.ts";
import { jsonLine, painter, printable } from "../../framework/output.ts";

/** Returns what the log says of a server that is ready. It has no link for the set-up, which would let its readers in. */
export function readyMessage({ url, database }: RunningApp, folder: string): { message: string; fields: LogFields } {
  const message = `Ratchet ${buildInfo().version} is ready at ${url}`;
  return { message, fields: { url, folder, database, pid: process.pid } };
}

/**
 * Where everything is, said once the server is ready: lines for people, or one JSON object.
 * @param folder what relative paths start from
 */
export function announcement(app: RunningApp, folder: string, asText: boolean): string {
  const { url, database, sources, setup } = app;
  const { version } = buildInfo();
  const places = {
    dashboard: `${url}/`,
    rest: `${url}/api/v1`,
    docs: `${url}/docs`,
    graphql: `${url}/graphql`,
    playground: `${url}/playground`,
    health: `${url}/health`,
    metrics: `${url}/metrics`,
  };
  if (!asText) {
    const { message } = readyMessage(app, folder);
    const asks = setup === undefined ? "" : `. ${setupSentence(setup)}`;
    const shown = sources.map(({ name, uri, state, tasks }) => ({ name, uri, state, tasks }));
    const record = {
      time: new Date().toISOString(),
      level: "info",
      message: `${message}${asks}`,
      url,
      ...places,
      folder,
      database,
      sources: shown,
      ...(setup === undefined ? {} : setupMembers(setup)),
    };
    return jsonLine({ ...record, pid: process.pid });
  }
  const paint = painter("stdout");
  const line = (what: string, where: string) => `  ${paint("dim", what.padEnd(11))}${printable(where)}\n`;
  const tasks = sources.map(({ name, uri, tasks, state }) => {
    const place = name === "embedded" ? name : `${uri} (${name})`;
    const count = `${tasks} ${tasks === 1 ? "task" : "tasks"}`;
    // A remote source is looked at only now: what it has so far is the copy of an earlier start.
    const shown = { pending: "loading", current: count, stale: `${count}, stale`, unavailable: "not available" }[state];
    return line("tasks", `${place}: ${shown}`);
  });
  return `${paint("bold", `Ratchet ${version}`)} is ready at ${paint("cyan", url)}\n${[
    line("dashboard", places.dashboard),
    line("REST", `${places.rest}, described at ${places.docs}`),
    line("GraphQL", `${places.graphql}, to try at ${places.playground}`),
    line("health", `${places.health}, ${url}/ready, ${places.metrics}`),
    line("folder", folder),
    line("database", database),
    ...tasks,
    ...(setup === undefined ? [] : [setupText(setup, paint)]),
  ].join("")}`;
}

const BY_COMMAND = "run `ratchet user create NAME --role admin --password-stdin` here";

function setupText({ urls }: SetupPlace, paint: ReturnType<typeof painter>): string {
  const [first, ...others] = urls.map((url) => `  ${paint("cyan", url)}\n`);
  const alternatives = others.length === 0 ? "" : `\nor, by another name of this machine, at\n\n${others.join("")}`;
  return (
    `\nThe server has no user yet, and accepts nothing else. Create the first admin at\n\n${first}${alternatives}\n` +
    `The URL is valid once, for 15 minutes. Or ${BY_COMMAND}.\n`
  );
}

/** What the line for machines says about the set-up. */
function setupMembers({ urls, expiresAt }: SetupPlace) {
  return { setupUrl: urls[0], setupUrls: urls, expiresAt: timeText(expiresAt) };
}

function setupSentence({ urls, expiresAt }: SetupPlace): string {
  return (
    "It has no user yet, and accepts nothing else. " +
    `Create the first admin at ${urls[0]} before ${timeText(expiresAt)}, or ${BY_COMMAND}.`
  );
}
