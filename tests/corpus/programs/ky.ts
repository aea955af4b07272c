import ky from "ky";

export default async function ({ url }: { url: string }) {
  const client = ky.create({
    prefixUrl: url,
    retry: 0,
    hooks: { beforeRequest: [(request) => request.headers.set("X-Client", "corpus")] },
  });
  const failed = await client.get("status/500").catch((error) => [error.name, error.response?.status]);
  return {
    got: await client.get("json", { searchParams: { a: 1 } }).json(),
    sent: await client.post("echo", { json: { a: 1 } }).json(),
    failed,
  };
}
