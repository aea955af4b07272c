import superagent from "superagent";

export default async function ({ url }: { url: string }) {
  const got = await superagent.get(`${url}/json`).query({ a: 1 }).set("X-Client", "corpus");
  const sent = await superagent.post(`${url}/echo`).send({ a: 1 });
  const failed = await superagent.get(`${url}/status/404`).catch((error) => error.status);
  return { got: got.body, status: got.status, sent: sent.body, failed };
}
