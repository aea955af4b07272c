import Stripe from "stripe";

export default async function ({ url }: { url: string }) {
  const { hostname, port } = new URL(url);
  const stripe = new Stripe("sk_test_x", {
    host: hostname,
    port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const customer = await stripe.customers.create({ email: "ada@example.com", metadata: { a: "b" } });
  const listed = await stripe.customers.list({ limit: 2 });
  const failed = await stripe.customers
    .retrieve("missing")
    .catch((error) => [error.type, error.statusCode, error.message]);
  const payload = JSON.stringify({ id: "evt_1", object: "event" });
  const header = await stripe.webhooks.generateTestHeaderStringAsync({
    payload,
    secret: "whsec_x",
    timestamp: 1_700_000_000,
  });
  const event = await stripe.webhooks.constructEventAsync(payload, header, "whsec_x", Number.MAX_SAFE_INTEGER);
  return { customer: { ...customer }, ids: listed.data.map(({ id }) => id), failed, event: event.id, header };
}
