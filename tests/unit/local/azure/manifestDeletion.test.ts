/** What ACR lists about manifests, and its deletion of one: who may, what is locked, and what goes with it. */
import { giveRole, newUser, type User } from "./principals.ts";
import { imageOf, storedDigests, storeManifest } from "./storedImages.ts";
import {
  armToken,
  type Clients,
  type Environment,
  newRegistry,
  roleGuids,
  startWithGroup,
  type TestRegistry,
} from "./testAzure.ts";

let environment: Environment;
let azure: Clients;

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
});
afterAll(() => environment.stop());

const { acrPull, acrPush, acrDelete, repositoryWriter, repositoryContributor } = roleGuids;
const repository = "shop/web";

const store = ({ name }: TestRegistry, content: object, ...tags: string[]) =>
  storeManifest(content, { folder: environment.folder, registry: name, repository, tags, days: 3 });
const stored = ({ name }: TestRegistry) => storedDigests(environment.folder, name, repository);

/** A request with a token for all actions that the principal has; by default it is the deployer. */
async function send(
  { loginServer }: TestRegistry,
  method: string,
  path: string,
  { as, body }: { as?: User; body?: object } = {},
): Promise<Response> {
  const ask = async (at: string, form: Record<string, string>) =>
    (await (
      await fetch(`https://${loginServer}${at}`, { method: "POST", body: new URLSearchParams(form) })
    ).json()) as Record<string, string>;
  const { refresh_token = "" } = await ask("/oauth2/exchange", {
    ...{ grant_type: "access_token", service: loginServer },
    access_token: await armToken(environment.azure, as),
  });
  const scope = `repository:${repository}:pull,delete,metadata_read,metadata_write`;
  const { access_token: token } = await ask("/oauth2/token", {
    ...{ grant_type: "refresh_token", service: loginServer, scope, refresh_token },
  });
  return fetch(`https://${loginServer}${path}`, {
    method,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const remove = (made: TestRegistry, digest: string, as?: User) =>
  send(made, "DELETE", `/v2/${repository}/manifests/${digest}`, as === undefined ? {} : { as });

describe.each([
  ["classic", "LegacyRegistryPermissions", [acrDelete], [acrPull, acrPush, repositoryContributor]],
  ["abac", "AbacRepositoryPermissions", [repositoryContributor], [repositoryWriter, acrDelete]],
] as const)("the deletion of a manifest in the role mode %s", (name, mode, enough, tooLittle) => {
  let made: TestRegistry;
  let digest: string;
  beforeAll(async () => {
    made = await newRegistry(azure, `manifests${name}`, mode);
    digest = store(made, imageOf("one", { base: 40 }), "v1", "v2");
  });
  afterAll(() => azure.registries.registries.delete("rg", made.name));

  it("is refused with ACR's message without the permission to delete", async () => {
    const answer = await remove(made, digest, await newUser(environment.azure, made.id, tooLittle));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain(`scope="repository:${repository}:delete"`);
    expect(await answer.json()).toEqual({
      errors: [
        {
          code: "UNAUTHORIZED",
          message: "authentication required, visit https://aka.ms/acr/authorization for more information.",
          detail: [{ Type: "repository", Name: repository, Action: "delete" }],
        },
      ],
    });
    expect(stored(made)).toEqual([digest]);
  });

  it("deletes its tags too, and finds nothing the second time", async () => {
    const as = await newUser(environment.azure, made.id, enough);
    expect((await remove(made, digest, as)).status).toBe(202);
    expect(stored(made)).toEqual([]);
    const answer = await remove(made, digest, as);
    expect([answer.status, await answer.json()]).toMatchObject([404, { errors: [{ code: "MANIFEST_UNKNOWN" }] }]);
  });
});

describe("a repository", () => {
  let made: TestRegistry;
  let [image, signature, other] = ["", "", ""];
  beforeAll(async () => {
    made = await newRegistry(azure, "manifestsother", "LegacyRegistryPermissions");
    image = store(made, imageOf("image", { base: 40, code: 2 }), "v1");
    signature = store(made, imageOf("signature", {}, { subject: { digest: image } }));
    other = store(made, imageOf("other", { base: 40 }), "v2");
  });

  const list = async (path: string) => {
    const answer = await send(made, "GET", `/acr/v1/${repository}/${path}`);
    return { link: answer.headers.get("link"), body: (await answer.json()) as Record<string, { digest: string }[]> };
  };

  it("lists every manifest with its times, size, tags and locks, those without a tag too", async () => {
    const { body } = await list("_manifests");
    expect(body).toMatchObject({ registry: made.loginServer, imageName: repository });
    const found = new Map(body.manifests?.map((one) => [one.digest, one]));
    expect([...found.keys()].sort()).toEqual([image, signature, other].sort());
    const age = (time: string) => Math.round((Date.now() - Date.parse(time)) / 86_400_000);
    const first = found.get(image) as unknown as { createdTime: string; lastUpdateTime: string; imageSize: number };
    expect([age(first.createdTime), age(first.lastUpdateTime)]).toEqual([3, 3]);
    expect(first.imageSize).toBeGreaterThan(42_000_000);
    expect(first).toMatchObject({ tags: ["v1"], changeableAttributes: { deleteEnabled: true, writeEnabled: true } });
    expect(found.get(signature)).not.toHaveProperty("tags");
  });

  it("shows one manifest like the list, and reports a missing one", async () => {
    const { body } = await list(`_manifests/${image}`);
    expect(body).toMatchObject({ registry: made.loginServer, manifest: { digest: image, tags: ["v1"] } });
    const missing = await send(made, "GET", `/acr/v1/${repository}/_manifests/sha256:${"0".repeat(64)}`);
    expect([missing.status, await missing.json()]).toMatchObject([404, { errors: [{ code: "MANIFEST_UNKNOWN" }] }]);
  });

  it("lists page by page", async () => {
    const seen: string[] = [];
    let link: string | null = `</acr/v1/${repository}/_manifests?n=1>; rel="next"`;
    while (link !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(/_manifests\?[^>]*/.exec(link)?.[0] ?? "");
      seen.push(...(page.body.manifests ?? []).map(({ digest }) => digest));
      link = page.link;
    }
    expect(seen).toEqual([image, signature, other].sort());
  });

  it("lists tags with their digests", async () => {
    const { body } = await list("_tags");
    expect(body.tags).toMatchObject([
      { name: "v1", digest: image },
      { name: "v2", digest: other },
    ]);
  });

  it.each([
    ["itself", () => `${repository}/_manifests/${image}`, { deleteEnabled: false }],
    ["its tag", () => `${repository}/_tags/v1`, { writeEnabled: false }],
    ["its referrer", () => `${repository}/_manifests/${signature}`, { deleteEnabled: false }],
    ["its repository", () => repository, { deleteEnabled: false }],
  ])("deletes no manifest while a lock is on %s", async (_, path, lock) => {
    const locked = await send(made, "PATCH", `/acr/v1/${path()}`, { body: lock });
    expect([locked.status, await locked.json()]).toMatchObject([200, { changeableAttributes: lock }]);
    const answer = await remove(made, image);
    expect([answer.status, await answer.json()]).toMatchObject([
      405,
      {
        errors: [
          {
            code: "REGISTRY_DISALLOWED_OPERATION",
            message:
              "The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation",
          },
        ],
      },
    ]);
    expect(stored(made)).toHaveLength(3);
    await send(made, "PATCH", `/acr/v1/${path()}`, { body: { deleteEnabled: true, writeEnabled: true } });
  });

  it("locks nothing that it does not have, and nothing without the permission", async () => {
    expect((await send(made, "PATCH", `/acr/v1/${repository}/_tags/v9`, { body: {} })).status).toBe(404);
    expect((await send(made, "GET", `/acr/v1/${repository}/_tags/v1`)).status).toBe(404);
    const as = await newUser(environment.azure, made.id, [acrPull]);
    expect((await send(made, "PATCH", `/acr/v1/${repository}`, { as, body: {} })).status).toBe(401);
    expect((await send(made, "GET", `/acr/v1/${repository}`, { as })).status).toBe(200);
    await giveRole(environment.azure, made.id, as.objectId, acrDelete);
    expect((await send(made, "GET", "/acr/v1/shop/none/_manifests")).status).toBe(401);
  });

  it("deletes what refers to a manifest with it", async () => {
    expect((await remove(made, image)).status).toBe(202);
    expect(stored(made)).toEqual([other]);
  });
});
