import fetch from "cross-fetch";

export default async function ({ url }: { url: string }) {
  const got = await fetch(`${url}/json`);
  const sent = await fetch(`${url}/echo`, {
    method: "PUT",
    body: "plain",
    headers: { "Content-Type": "text/plain", "X-Client": "corpus" },
  });
  return { status: got.status, type: got.headers.get("content-type"), got: await got.json(), sent: await sent.json() };
}
