import OpenAI from "openai";

/** The server sends each token after the program has reported the one before. */
export default async function ({ url }: { url: string }) {
  const id = crypto.randomUUID();
  const client = new OpenAI({ apiKey: "sk-test", baseURL: `${url}/tokens/${id}/v1`, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "Say hi" }];
  const stream = await client.chat.completions.create({ model: "gpt-test", messages, stream: true });
  const tokens: [unknown, unknown][] = [];
  for await (const chunk of stream) {
    const reported = await (await fetch(`${url}/has/${id}`)).json();
    tokens.push([chunk.choices[0]?.delta.content, reported]);
  }
  return tokens;
}
