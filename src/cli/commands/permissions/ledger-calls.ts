import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { OTHER_ORIGINS } from "../../../domain/ledger.ts";
import type { ObservedCall } from "../../../execution/permissions/infer-rules.ts";
import { isObject } from "../../../lib/is-object.ts";
import type { Invocation } from "../../framework/command.ts";
import { createNotices } from "../../framework/people-log.ts";
import type { ServerClient } from "../../framework/server-client.ts";
import { askServer, readItems } from "../../framework/server-command.ts";

/** How many ledgers are requested at once. */
const AT_ONCE = 8;

/** Whose ledgers to read. */
interface LedgerOwner {
  server: string | undefined;
  task: string | undefined;
  execution: string | undefined;
}

/**
 * Returns the calls in the ledgers of a server: one for each origin and method.
 * @throws {RatchetError} from the server, or ENVIRONMENT
 */
export async function ledgerCalls(owner: LedgerOwner, data: Invocation): Promise<ObservedCall[]> {
  return askServer(owner, data, async (client) => {
    const ids = owner.execution === undefined ? await fetchingExecutions(client, owner.task) : [owner.execution];
    const calls = new Map<string, ObservedCall>();
    let isIncomplete = false;
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const ledgers = await Promise.all(
        ids.slice(at, at + AT_ONCE).map((id) => client.call("GET", `/api/v1/executions/${id}/ledger`)),
      );
      for (const { url, method } of ledgers.flatMap(callsIn)) {
        if (url === OTHER_ORIGINS) isIncomplete = true;
        else calls.set(`${method} ${url}`, { method, url });
      }
    }
    if (isIncomplete)
      createNotices().warn("A ledger has more origins than it names: the rules do not cover all of them.");
    return [...calls.values()];
  });
}

async function fetchingExecutions(client: ServerClient, task: string | undefined): Promise<JsonValue[]> {
  const executions = await readItems(client, "/api/v1/executions", { task }, Number.POSITIVE_INFINITY);
  return executions.flatMap(({ id, usage }) =>
    id !== undefined && !(isObject(usage) && usage.fetchCount === 0) ? [id] : [],
  );
}

function callsIn({ origins }: JsonObject): ObservedCall[] {
  if (!Array.isArray(origins)) return [];
  return origins.flatMap((use) => {
    if (!isObject(use) || typeof use.origin !== "string" || !isObject(use.methods)) return [];
    const { origin } = use;
    return Object.keys(use.methods).map((method) => ({ method, url: origin }));
  });
}
