import { request } from "@octokit/request";

export default async function ({ url }: { url: string }) {
  const github = request.defaults({ baseUrl: `${url}/github`, headers: { authorization: "token t" } });
  const { status, data } = await github("GET /repos/{owner}/{repo}/issues", {
    owner: "ada",
    repo: "engine",
    per_page: 2,
  });
  const created = await github("POST /repos/{owner}/{repo}/issues", { owner: "ada", repo: "engine", title: "A bug" });
  const failed = await github("GET /missing").catch((error) => [error.name, error.status]);
  return { status, data, created: created.data, failed };
}
