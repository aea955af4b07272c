import fetch, { Headers } from "node-fetch";

export default async function ({ url }: { url: string }) {
  const sent = await fetch(`${url}/echo`, {
    method: "POST",
    body: JSON.stringify({ a: 1 }),
    headers: new Headers({ "Content-Type": "application/json", "X-Client": "corpus" }),
  });
  const missing = await fetch(`${url}/status/404`);
  const failed = await fetch("http://127.0.0.1:1/").then(
    () => "sent",
    () => "failed",
  );
  return { sent: await sent.json(), ok: missing.ok, text: await missing.text(), failed };
}
