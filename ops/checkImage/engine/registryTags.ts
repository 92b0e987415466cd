/**
 * Asks a registry which digest a tag has, and which tags a repository has.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
import { createHash } from "node:crypto";
import { isImageDigest } from "@tarmac/validate/imageReference";
import { CouldNotRun } from "../../couldNotRun.ts";
import { type Answer, manifestTypes, RegistryClient, RegistryProblem } from "../../doctor/registry/registryClient.ts";
import { credentialsFor } from "./dockerCredentials.ts";

/** A repository in a registry. `host`: as `pullSource` gives it. */
export interface TagRepository {
  host: string;
  repository: string;
}

/** The digest that a tag has now. */
export type TagDigest = (host: string, repository: string, tag: string) => Promise<string>;

/** @throws CouldNotRun if the registry does not answer, wants another sign-in, or has no such tag */
export const tagDigest: TagDigest = async (host, repository, tag) => {
  const [client, scope] = [await clientFor({ host, repository }), `repository:${repository}:pull`];
  const path = `${repository}/manifests/${tag}`;
  const named = `${host}/${repository}:${tag}`;
  // HEAD, because Docker Hub counts each GET of a manifest as a pull: https://docs.docker.com/docker-hub/usage/pulls/
  const head = await ask(host, () => client.send(path, scope, { method: "HEAD", accept: manifestTypes }));
  const told = head.status === 200 ? head.headers.get("docker-content-digest") : null;
  if (told !== null && isImageDigest(told)) return told;
  const { body } = answered(named, await ask(host, () => client.get(path, scope, manifestTypes)));
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
};

/** More pages than any repository has, so that a registry that repeats a page cannot keep the command forever. */
const mostPages = 500;

/** @throws CouldNotRun if the registry does not answer, wants another sign-in, or has no such repository */
export async function repositoryTags({ host, repository }: TagRepository): Promise<string[]> {
  const [client, scope] = [await clientFor({ host, repository }), `repository:${repository}:pull`];
  const tags: string[] = [];
  let page: string | undefined = `${repository}/tags/list?n=1000`;
  for (let count = 0; page !== undefined; count++) {
    if (count === mostPages)
      throw new CouldNotRun(`${host} lists the tags of ${repository} on more than ${mostPages} pages`);
    const path: string = page;
    const answer = answered(`${host}/${repository}`, await ask(host, () => client.get(path, scope)));
    tags.push(...tagsIn(answer, `${host}/${repository}`));
    page = nextPage(answer);
  }
  return tags;
}

function tagsIn({ body }: Answer, named: string): string[] {
  try {
    const { tags } = JSON.parse(body) as { tags?: string[] | null };
    return tags ?? [];
  } catch (cause) {
    throw new CouldNotRun(`${named}: the registry's list of tags is not JSON`, { cause });
  }
}

/** `Link: </v2/NAME/tags/list?last=TAG&n=1000>; rel="next"`, which may also be a whole address. */
function nextPage({ headers }: Answer): string | undefined {
  const [, link] = /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers.get("link") ?? "") ?? [];
  if (link === undefined) return undefined;
  const { pathname, search } = new URL(link, "https://registry.invalid");
  return pathname.replace(/^\/v2\//, "") + search;
}

/** With the credentials of `docker login`, if there are any. */
async function clientFor({ host, repository }: TagRepository): Promise<RegistryClient> {
  const { username, password = "" } = (await credentialsFor(`${host}/${repository}`)) ?? {};
  return new RegistryClient(host, username === undefined ? undefined : { username, password });
}

async function ask(host: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof RegistryProblem)) throw error;
    throw new CouldNotRun(`the registry ${host} cannot be reached (${error.message})`, { cause: error });
  }
}

function answered(named: string, answer: Answer): Answer {
  const { status } = answer;
  if (status === 200) return answer;
  if (status === 404) throw new CouldNotRun(`the registry has no ${named} (404): it was deleted, or its name is wrong`);
  if (status === 401 || status === 403)
    throw new CouldNotRun(
      `the registry does not let this machine read ${named} (${status}): sign in with docker login`,
    );
  if (status === 429)
    throw new CouldNotRun(
      `the registry limits the requests of this machine (429 for ${named}): sign in with docker login, or try later`,
    );
  throw new CouldNotRun(`the registry answers ${status} for ${named}`);
}
