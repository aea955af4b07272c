import Anthropic from "@anthropic-ai/sdk";

export default async function ({ url }: { url: string }) {
  const client = new Anthropic({ apiKey: "test", baseURL: `${url}/anthropic`, maxRetries: 0 });
  const request = { model: "model-test", max_tokens: 16, messages: [{ role: "user" as const, content: "Say hi" }] };
  const message = await client.messages.create(request);
  const failed = await client.messages
    .create({ ...request, model: "missing" })
    .catch((error) => [error instanceof Anthropic.NotFoundError, error.status]);
  return { content: message.content, stop: message.stop_reason, failed };
}
