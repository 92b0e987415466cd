/** ACR's deletion of a repository: who may delete, and what is deleted. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  armToken,
  type Clients,
  type Environment,
  newRegistry,
  roleGuids,
  startWithGroup,
  type TestRegistry,
} from "./testAzure.ts";
import { newUser } from "./principals.ts";

let environment: Environment;
let azure: Clients;

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
});
afterAll(() => environment.stop());

const { acrPush, acrDelete, repositoryWriter, repositoryContributor } = roleGuids;

const repositoriesOf = (registry: string) =>
  join(environment.folder, "azure", "registries", registry, "images/docker/registry/v2/repositories");

/** As a docker-registry stores an image. */
function store(registry: string, repository: string, hex: string, ...tags: string[]): void {
  const manifests = join(repositoriesOf(registry), repository, "_manifests");
  for (const folder of [join("revisions", "sha256", hex), ...tags.map((tag) => join("tags", tag, "current"))]) {
    mkdirSync(join(manifests, folder), { recursive: true });
    writeFileSync(join(manifests, folder, "link"), `sha256:${hex}`);
  }
}

/** Deletes a repository as a new principal with some roles, or as the deployer. */
async function deletion({ loginServer, id }: TestRegistry, repository: string, roles?: string[]): Promise<Response> {
  const as = roles && (await newUser(environment.azure, id, roles));
  const ask = async (path: string, form: Record<string, string>) =>
    (await (
      await fetch(`https://${loginServer}${path}`, { method: "POST", body: new URLSearchParams(form) })
    ).json()) as Record<string, string>;
  const { refresh_token = "" } = await ask("/oauth2/exchange", {
    ...{ grant_type: "access_token", service: loginServer },
    access_token: await armToken(environment.azure, as),
  });
  const { access_token: token } = await ask("/oauth2/token", {
    ...{ grant_type: "refresh_token", service: loginServer, scope: `repository:${repository}:delete`, refresh_token },
  });
  return fetch(`https://${loginServer}/acr/v1/${repository}`, {
    method: "DELETE",
    ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
  });
}

describe.each([
  ["classic", "LegacyRegistryPermissions", [acrDelete], [acrPush, repositoryContributor]],
  ["abac", "AbacRepositoryPermissions", [repositoryContributor], [repositoryWriter, acrDelete]],
] as const)("in the role mode %s", (name, mode, enough, tooLittle) => {
  let made: TestRegistry;
  beforeAll(async () => {
    made = await newRegistry(azure, `delete${name}`, mode);
    store(made.name, "shop/one", "aa", "v1", "v2");
    store(made.name, "shop/one", "bb");
    store(made.name, "shop/one/nightly", "cc", "v1");
    store(made.name, "shop/two", "dd", "v1");
  });
  afterAll(() => azure.registries.registries.delete("rg", made.name));

  it("is refused without the permission to delete", async () => {
    for (const role of tooLittle) {
      const answer = await deletion(made, "shop/one", [role]);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toContain('scope="repository:shop/one:delete"');
    }
    expect(existsSync(join(repositoriesOf(made.name), "shop/one/_manifests"))).toBe(true);
  });

  it("deletes all tags and manifests of the repository, and no others", async () => {
    const answer = await deletion(made, "shop/one", [...enough]);
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ manifestsDeleted: ["sha256:aa", "sha256:bb"], tagsDeleted: ["v1", "v2"] });
    expect(readdirSync(join(repositoriesOf(made.name), "shop/one"))).toEqual(["nightly"]);
    expect((await deletion(made, "shop/two", [...enough])).status).toBe(202);
    expect(readdirSync(join(repositoriesOf(made.name), "shop"))).toEqual(["one"]);
  });

  it("finds no repository the second time", async () => {
    const answer = await deletion(made, "shop/two", [...enough]);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { errors: [expect.objectContaining({ code: "NAME_UNKNOWN" })] },
    ]);
  });
});

it.each(["..%2F..%2Fimages", "Shop", "shop/_manifests"])("%s is not the name of a repository", async (name) => {
  const made = await newRegistry(azure, "deletenames", "LegacyRegistryPermissions");
  expect((await deletion(made, name)).status).toBeGreaterThanOrEqual(400);
  await azure.registries.registries.delete("rg", made.name);
});
