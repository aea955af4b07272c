import axios from "axios";

export default async function ({ url }: { url: string }) {
  const client = axios.create({ baseURL: url, headers: { "X-Client": "corpus" }, timeout: 5000 });
  client.interceptors.response.use((response) => ({ ...response, data: { ...response.data, seen: true } }));
  const got = await client.get("/json", { params: { a: [1, 2], b: "x y" } });
  const sent = await client.post("/echo", { a: 1 });
  const failed = await client
    .get("/status/404")
    .catch((error) => [axios.isAxiosError(error), error.code, error.response.status]);
  return { got: got.data, status: got.status, sent: sent.data, failed };
}
