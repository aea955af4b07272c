import { Client, isNotionClientError } from "@notionhq/client";

export default async function ({ url }: { url: string }) {
  const notion = new Client({ auth: "secret", baseUrl: `${url}/notion`, retry: false });
  const page = await notion.pages.create({
    parent: { database_id: "d" },
    properties: { Name: { title: [{ text: { content: "Hi" } }] } },
  });
  const failed = await notion.pages
    .retrieve({ page_id: "missing" })
    .catch((error) => [isNotionClientError(error), error.code]);
  return { page, failed };
}
