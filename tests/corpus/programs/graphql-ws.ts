import { createClient } from "graphql-ws";

export default async function ({ url }: { url: string }) {
  const events: string[] = [];
  const client = createClient({
    url: `${url.replace("http", "ws")}/graphql-ws`,
    lazyCloseTimeout: 0,
    retryAttempts: 0,
  });
  client.on("connected", () => events.push("connected"));
  const countdown: unknown[] = [];
  for await (const result of client.iterate({ query: "subscription { countdown(from: 3) }" })) countdown.push(result);
  const hello = await new Promise((resolve, reject) => {
    client.subscribe({ query: "{ hello }" }, { next: resolve, error: reject, complete: () => events.push("complete") });
  });
  const failed = await new Promise((resolve) => {
    client.subscribe({ query: "{ wrong }" }, { next: resolve, error: (errors) => resolve(errors), complete: () => {} });
  });
  await client.dispose();
  return { events, countdown, hello, failed };
}
