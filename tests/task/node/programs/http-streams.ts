import http from "node:http";
import { json, text } from "node:stream/consumers";

const call = (url: string, options: http.RequestOptions = {}) =>
  new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get(url, options, resolve).on("error", reject);
  });

/** The server waits for what the program does in the middle of both bodies. */
export default async function ({ url }: { url: string }) {
  const id = crypto.randomUUID();
  const sent = http.request(`${url}/collect/${id}`, { method: "POST" });
  const response = new Promise<http.IncomingMessage>((resolve, reject) => {
    sent.on("response", resolve).on("error", reject);
  });
  sent.write("one ");
  await text(await call(`${url}/arrived/${id}/1`));
  const taken = new Promise<void>((resolve) => sent.write("two ", () => resolve()));
  await taken;
  await text(await call(`${url}/arrived/${id}/2`));
  sent.end("three");
  const collected = await json(await response);

  const whole = await new Promise<http.IncomingMessage>((resolve) => {
    const request = http.request(`${url}/collect/${crypto.randomUUID()}`, { method: "POST" }, resolve);
    request.setHeader("Content-Length", 5);
    request.write("12");
    setImmediate(() => request.end("345"));
  });

  const other = crypto.randomUUID();
  const tokens = await call(`${url}/tokens/${other}`);
  let received = "";
  const events: number[] = [];
  await new Promise<void>((resolve, reject) => {
    tokens.setEncoding("utf8");
    tokens.on("error", reject).on("end", resolve);
    tokens.on("data", async (piece: string) => {
      received += piece;
      events.push(received.split("\n\n").length - 1);
      await text(await call(`${url}/has/${other}`));
    });
  });
  return { collected, whole: await json(whole), events, last: received.slice(-14) };
}
