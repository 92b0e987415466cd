/** Builds in a registry (ACR Tasks), by the components' own client: who may, what is built, and Azure's refusals. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contextArchive } from "../../../../components/image/contextArchive.ts";
import { buildInRegistry, type RegistryBuild } from "../../../../components/registry/registryBuild.ts";
import type { TaskBuild } from "../../../../local/azure/registry/taskBuilder.ts";
import { newUser, type User } from "./principals.ts";
import { armToken, type Clients, type Environment, roleGuids, simulation, startWithGroup } from "./testAzure.ts";

let environment: Environment;
let azure: Clients;
let token: string;
let registry = { id: "", loginServer: "" };
let context: Buffer;

const digest = `sha256:${"c".repeat(64)}`;
const { acrPush } = roleGuids;
const tasksContributor = "fb382eab-e894-4461-af04-94435c366c3f";
const repositoryWriter = "2a1e307c-b015-4ebd-883e-5b7698a07328";
const app = join(import.meta.dirname, "../../../../app");

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
  const { id = "", loginServer = "" } = await azure.registries.registries.create("rg", "builder", {
    ...{ location: "swedencentral", sku: { name: "Basic" } },
  });
  registry = { id, loginServer };
  token = await armToken(environment.azure);
  context = await contextArchive(app, join(app, "Dockerfile"));
});
afterAll(() => environment.stop());
beforeEach(() => {
  environment.built.splice(0);
  environment.buildForRun = ({ push }) => Promise.resolve(Object.fromEntries(push.map((name) => [name, digest])));
});

const build = (more: Partial<RegistryBuild> = {}) =>
  buildInRegistry(
    {
      ...{ endpoint: environment.azure.endpoint, token, registryId: registry.id, loginServer: registry.loginServer },
      ...{ repository: "team/hello", tags: ["1.4.2"], context, args: {}, platform: "linux/amd64", cacheFrom: [] },
      asCaller: false,
      ...more,
    },
    { pauseMilliseconds: 10 },
  );
const messageOf = (attempt: Promise<string>) => attempt.catch((error: Error) => error.message);

/** Whether the registry lets this build push, as the Docker engine would ask. */
async function mayPush({ registry: { server, username, password } }: TaskBuild): Promise<boolean> {
  const scope = "repository:team/hello:pull,push";
  const url = `https://${server}/oauth2/token?service=${server}&scope=${scope}`;
  const basic = Buffer.from(`${username}:${password}`).toString("base64");
  const answer = await fetch(url, { headers: { Authorization: `Basic ${basic}` } });
  return answer.ok && JSON.stringify(await answer.json()).length > 0;
}

test("builds the uploaded context with BuildKit, its ARGs word for word, and pushes every tag", async () => {
  const seen: string[] = [];
  environment.buildForRun = ({ push, dockerfile }) => {
    seen.push(readFileSync(dockerfile, "utf8"));
    return Promise.resolve(Object.fromEntries(push.map((name) => [name, digest])));
  };
  const names = ["4f", "1.4.2"].map((tag) => `${registry.loginServer}/team/hello:${tag}`);
  const args = { VERSION: "1.4.2", QUOTED: `a "b" 'c' $HOME=$(id)`, EMPTY: "" };
  const more = { target: "final", cacheFrom: [`${registry.loginServer}/team/hello:main`] };
  expect(await build({ tags: ["4f", "1.4.2"], args, platform: "linux/arm64", ...more })).toBe(digest);
  expect(environment.built).toEqual([
    expect.objectContaining({ names, push: names, args, platform: "linux/arm64", buildKit: true, ...more }),
  ]);
  expect(seen).toEqual([readFileSync(join(app, "Dockerfile"), "utf8")]);
});

test("shows the end of the log if the build fails", async () => {
  environment.buildForRun = (_, say) => {
    say("Step 1/2 : FROM scratch");
    return Promise.reject(new Error("npm ci failed"));
  };
  expect(await messageOf(build())).toMatch(
    /team\/hello:1\.4\.2 could not be built: the run ca\d+ ended as Failed\n {2}Step 1\/2 : FROM scratch\n {2}npm ci failed\nThe whole log: az acr task logs --registry builder --run-id ca\d+$/,
  );
});

test("is refused to subscriptions without ACR Tasks, with the way out", async () => {
  await simulation(environment.azure, "PUT", "limits", { tasks: false });
  const message = await messageOf(build());
  await simulation(environment.azure, "PUT", "limits", {});
  expect(message).toMatch(
    /TasksOperationsNotAllowed: ACR Tasks requests for the registry builder and .* are not permitted/,
  );
  expect(message).toContain('set buildWith to "docker"');
});

describe("permission", () => {
  async function attempt(roles: string[], asCaller = false): Promise<string> {
    const user: User = await newUser(environment.azure, registry.id, roles);
    return messageOf(build({ token: await armToken(environment.azure, user), asCaller }));
  }

  it("to run tasks is enough: the run itself may push, even if its caller may not", async () => {
    expect(await attempt([tasksContributor])).toBe(digest);
    expect(await mayPush(environment.built[0] as TaskBuild)).toBe(true);
  });

  it("to push only is not enough", async () => {
    expect(await attempt([acrPush])).toMatch(
      /AuthorizationFailed: .*listBuildSourceUploadUrl\/action.*\nthe deploying identity needs Contributor, or Container Registry Tasks Contributor/s,
    );
  });

  it("in ABAC mode needs a role of the caller's own that lets it push", async () => {
    const put = await fetch(`${environment.azure.endpoint}${registry.id}?api-version=2025-11-01`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({
        ...{ location: "swedencentral", sku: { name: "Basic" } },
        properties: { roleAssignmentMode: "AbacRepositoryPermissions" },
      }),
    });
    expect(put.status).toBe(200);
    expect(await attempt([tasksContributor])).toBe(digest);
    expect(await mayPush(environment.built.at(-1) as TaskBuild)).toBe(false);
    expect(await attempt([tasksContributor], true)).toBe(digest);
    expect(await mayPush(environment.built.at(-1) as TaskBuild)).toBe(false);
    expect(await attempt([tasksContributor, repositoryWriter], true)).toBe(digest);
    expect(await mayPush(environment.built.at(-1) as TaskBuild)).toBe(true);
  });
});

describe("the request", () => {
  const post = async (path: string, body: object = {}) => {
    const answer = await fetch(`${environment.azure.endpoint}${registry.id}/${path}?api-version=2025-03-01-preview`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const task = (text: string) => ({
    ...{ type: "EncodedTaskRunRequest", platform: { os: "Linux" }, sourceLocation: "source/none.tar.gz" },
    encodedTaskContent: Buffer.from(text).toString("base64"),
  });
  const uploaded = async () => {
    const { body } = await post("listBuildSourceUploadUrl");
    const url = String(body.uploadUrl);
    await fetch(url, { method: "PUT", headers: { "x-ms-blob-type": "BlockBlob" }, body: new Uint8Array(context) });
    return { url, sourceLocation: String(body.relativePath) };
  };

  it("may be a quick build, as az acr build sends it: without BuildKit", async () => {
    const { sourceLocation } = await uploaded();
    const request = {
      ...{ type: "DockerBuildRequest", imageNames: ["hello:1"], isPushEnabled: false, dockerFilePath: "Dockerfile" },
      ...{ platform: { os: "linux", architecture: "amd64" }, arguments: [{ name: "A", value: "1" }], sourceLocation },
    };
    const { status, body } = await post("scheduleRun", request);
    expect(status).toBe(200);
    expect(body).toMatchObject({ properties: { status: "Queued" } });
    while (environment.built.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const names = [`${registry.loginServer}/hello:1`];
    expect(environment.built[0]).toMatchObject({ names, push: [], args: { A: "1" }, buildKit: false, target: "" });
  });

  it.each([
    ["another kind of run", { type: "FileTaskRunRequest", platform: { os: "Linux" } }, "not 'FileTaskRunRequest'"],
    ["Windows", { ...task("steps: []"), platform: { os: "Windows" } }, "The platform's os 'windows'"],
    ["a file that is not YAML", task("steps: [}"), "failed to unmarshal task before running"],
    ["a command", task("steps:\n  - cmd: bash\n"), "with one step 'build'"],
    [
      "another context",
      task("steps:\n  - build: -t a:1 https://example.com/r.git\n"),
      "not 'https://example.com/r.git'",
    ],
    ["an unknown option", task("steps:\n  - build: --squash .\n"), "do not know the option --squash"],
    ["no upload", task("steps:\n  - build: -t a:1 --build-arg=A=1 --build-arg B .\n"), "nothing was uploaded to it"],
    [
      "a quick build without a name",
      { type: "DockerBuildRequest", platform: { os: "Linux" } },
      "'imageNames' is empty",
    ],
  ])("is refused for %s", async (_, request, words) => {
    const { status, body } = await post("scheduleRun", request);
    expect(status).toBe(400);
    expect((body.error as { message: string }).message).toContain(words);
  });

  it("cannot sign in as another identity", async () => {
    const { sourceLocation } = await uploaded();
    const credentials = { sourceRegistry: { identity: "[system]" } };
    const { body } = await post("scheduleRun", { ...task("steps:\n  - build: .\n"), sourceLocation, credentials });
    expect((body.error as { message: string }).message).toContain("not as '[system]'");
  });

  it("gets its context from an address that nobody can guess, and that accepts block blobs only", async () => {
    const { url } = await uploaded();
    expect((await fetch(url.replace(/sig=.*/, "sig=AAAA"), { method: "PUT" })).status).toBe(403);
    expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(400);
    expect((await fetch(url)).status).toBe(200);
  });
});
