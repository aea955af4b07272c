import { processEnvironment } from "../../config/environment.ts";
import type { ConfigValues } from "../../config/keys.ts";
import type { HttpClient } from "../../http/http-client.ts";

/**
 * Creates the outbound client from the configuration. Its modules are loaded with the first request, because most tasks
 * send none.
 * @param shared many executions at a time use it
 */
export function createOutboundClient(config: ConfigValues, shared = false): Pick<HttpClient, "send" | "stop"> {
  let client: Promise<HttpClient> | undefined;
  return {
    async send(request, signal) {
      client ??= loadClient(config, shared);
      return (await client).send(request, signal);
    },
    async stop() {
      await (await client)?.stop();
    },
  };
}

async function loadClient(config: ConfigValues, shared: boolean): Promise<HttpClient> {
  const [{ createHttpClient }, { configuredOptions, sharedOptions }, { withOwnTraces }] = await Promise.all([
    import("../../http/http-client.ts"),
    import("../../http/configured-options.ts"),
    import("../../http/own-traces.ts"),
  ]);
  const optionsOf = shared ? sharedOptions : configuredOptions;
  const client = createHttpClient(optionsOf(config, processEnvironment(), "any"));
  return { ...client, send: withOwnTraces(client.send) };
}
