import OpenAI from "openai";

export default async function ({ url }: { url: string }) {
  const client = new OpenAI({ apiKey: "sk-test", baseURL: `${url}/openai/v1`, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "Say hi" }];
  const completion = await client.chat.completions.create({ model: "gpt-test", messages });
  const stream = await client.chat.completions.create({ model: "gpt-test", messages, stream: true });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  const failed = await client.models
    .retrieve("missing")
    .catch((error) => [error instanceof OpenAI.NotFoundError, error.status, error.message]);
  return { content: completion.choices[0]?.message.content, usage: completion.usage, text, failed };
}
