/** The part of GitHub's API that `tarmac adopt` uses, as an http server on this machine. It serves the repository of `gitHubOf`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { GitHubError } from "../../ops/github/gitHubClient.ts";
import { gitHubOf, type Repository } from "../unit/ops/adopt/gitHubOf.ts";

export interface AdoptedRepository {
  /** For `GITHUB_API_URL`. */
  url: string;
  repository: Repository;
  close(): Promise<void>;
}

export async function openRepository(): Promise<AdoptedRepository> {
  const repository = gitHubOf();
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      const path = decodeURIComponent((request.url ?? "/").replace(/\?.*$/, ""));
      const given = body === "" ? {} : (JSON.parse(body) as object);
      repository.github.request<unknown>(request.method ?? "GET", path, given).then(
        (answer) => {
          response.writeHead(answer === undefined ? 204 : 200, { "Content-Type": "application/json" });
          response.end(answer === undefined ? undefined : JSON.stringify(answer));
        },
        (error: GitHubError) => {
          response.writeHead(error.status, { "Content-Type": "application/json" });
          response.end(JSON.stringify({ message: error.message }));
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repository,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
