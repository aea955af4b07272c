import { RawJson } from "../../domain/raw-json.ts";
import type { Services } from "../../service/services.ts";
import { json } from "../http/responses.ts";
import type { Route } from "../http/route.ts";

/** Largest body of a delivery, unless the configuration says otherwise, in bytes. */
const DEFAULT_MAX_BYTES = 1024 * 1024;

/** The route that receives deliveries. Other services call it, so it takes any content type and needs no key. */
export function hookRoutes({ webhooks }: Pick<Services, "webhooks">, maxBytes: number = DEFAULT_MAX_BYTES): Route[] {
  return [
    {
      method: "POST",
      path: "/hooks/:name",
      id: "receiveDelivery",
      tag: "webhooks",
      summary: "Send a delivery to a webhook",
      description:
        "The delivery proves who sent it, as the webhook's verification says. A repeated delivery gets the same response and creates nothing. " +
        "`Prefer: wait=10` waits up to 10 s for the output.",
      params: {
        type: "object",
        properties: { name: { type: "string", description: "Name of the webhook." } },
        required: ["name"],
        additionalProperties: false,
      },
      responses: {
        202: { description: "The delivery was accepted.", schema: "HookResult" },
        200: { description: "The output of the job, if the sender waits for it.", example: '{"sum":15}' },
      },
      problems: [401, 404, 409, 413, 422],
      requires: { access: "public", body: "raw", maxBodyBytes: maxBytes },
      async respond({ request, params, readBody }) {
        const { headers, signal } = request;
        const webhook = await webhooks.get(params.name ?? "");
        const waitMs = preferredWait(headers.get("prefer"));
        const body = (await readBody()) as Uint8Array;
        const { jobId, outputJson } = await webhooks.receive(webhook, { headers, body }, { waitMs, signal });
        const applied: Record<string, string> =
          waitMs === undefined || outputJson === undefined ? {} : { "preference-applied": `wait=${waitMs / 1_000}` };
        return outputJson === undefined
          ? json({ job: { id: jobId } }, 202)
          : json(new RawJson(outputJson), 200, applied);
      },
    },
  ];
}

/**
 * Reads how long a client wants to wait (RFC 7240, section 4.3).
 * @returns ms; 0 for `respond-async`; undefined if it does not say
 */
function preferredWait(prefer: string | null): number | undefined {
  if (prefer === null) return undefined;
  const preferences = prefer.split(",").map((part) => part.split(";")[0]?.trim().toLowerCase() ?? "");
  const wait = preferences.map((one) => /^wait\s*=\s*"?(\d{1,6})"?$/.exec(one)?.[1]).find((one) => one !== undefined);
  if (wait !== undefined) return Number(wait) * 1_000;
  return preferences.includes("respond-async") ? 0 : undefined;
}
