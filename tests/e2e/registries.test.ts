/** Registries in separate stacks: outside Azure, existing in Azure, and created by the stack, with its role mode changed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readdir, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeBinary, ports, stateFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { azure, grantsOn } from "./azureQueries.ts";
import { ended } from "./runProgram.ts";
import { startRegistry, user, type OwnRegistry } from "./ownRegistry.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { eventually, local, start } from "./localStack.ts";

const registries = "Microsoft.ContainerRegistry/registries";
const kubectl = async (...args: string[]) => local("kubectl", ...args);
const inCluster = async (...args: string[]): Promise<unknown> => JSON.parse(await kubectl(...args, "-o", "json"));
const failure = (promise: Promise<unknown>) => promise.then(() => "nothing failed", String);

/** Planned changes by operation (update, replace, create, ...), without unchanged resources. */
async function planned(stack: OwnStack, settings: Record<string, unknown>): Promise<Record<string, string[]>> {
  const { steps } = JSON.parse(await stack.preview(settings, "--json")) as { steps: { op: string; urn: string }[] };
  const plan: Record<string, string[]> = {};
  for (const { op, urn } of steps) {
    if (op !== "same") (plan[op] ??= []).push(urn.split("::").slice(2).join("::").replace(/.*\$/, ""));
  }
  return plan;
}

beforeAll(() => start());

describe("a registry outside Azure", () => {
  let registry: OwnRegistry;
  let stack: OwnStack;
  beforeAll(async () => {
    registry = await startRegistry();
    const settings = { replicas: 1, registryServer: registry.server, registryUsername: user.username };
    stack = await ownStack("registry-own", settings);
  });
  afterAll(async () => {
    await stack.remove();
    await registry.stop();
  });

  it("reports a push that fails with a wrong password", async () => {
    const said = await failure(stack.up({ registryPassword: { secret: "shut-sesame" } }));
    expect(said).toMatch(/could not be pushed|push/i);
    expect(said).toMatch(/unauthorized|authentication required|no basic auth/i);
    expect(said).not.toContain("shut-sesame");
  });

  it("accepts a push with the right password, and pods pull with a secret, without any resource in Azure", async () => {
    stack.settings = { ...stack.settings, registryPassword: { secret: user.password } };
    await stack.up();
    const tags = await registry.ask("/v2/registry-own/tags/list");
    expect(await tags.json()).toMatchObject({ name: "registry-own" });
    const { imageReference = "", resourceGroup = "" } = await stack.outputs();
    expect(imageReference.startsWith(`${registry.server}/registry-own:`)).toBe(true);
    expect(await inCluster("-n", stack.name, "get", "deployment", stack.name)).toMatchObject({
      spec: { template: { spec: { imagePullSecrets: [{ name: "registry-own-registry" }] } } },
      status: { availableReplicas: 1 },
    });
    expect(await grantsOn(resourceGroup, registries)).toEqual([]);
    expect(await stack.state()).not.toContain(registries);
  });

  it("keeps the password out of the state in plain text", async () => {
    const state = await stack.state();
    const auth = Buffer.from(`${user.username}:${user.password}`).toString("base64");
    for (const spelling of [user.password, auth]) expect(state).not.toContain(spelling);
  });

  it("plans only a change of the secret when the password changes", async () => {
    const plan = await planned(stack, { registryPassword: { secret: "another" } });
    // The provider replaces a Secret to change its content, under the same name.
    expect(new Set(Object.values(plan).flat())).toEqual(new Set(["kubernetes:core/v1:Secret::registry-own"]));
  });

  it("answers 401 to a pull with a wrong secret, and the doctor names that secret", async () => {
    const patch = { stringData: { ".dockerconfigjson": JSON.stringify({ auths: wrong(registry.server) }) } };
    await kubectl("-n", stack.name, "patch", "secret", "registry-own-registry", "-p", JSON.stringify(patch));
    await kubectl("-n", stack.name, "delete", "pod", "--all");
    expect(await refusedPull(stack.name)).toMatch(/401|unauthorized|authorization failed/i);
    expect(await findings(stack.name, "pull-secret-wrong-password")).toEqual(["pull-secret-wrong-password"]);
    // The same for pods whose secret was deleted.
    await kubectl("-n", stack.name, "delete", "secret", "registry-own-registry");
    await kubectl("-n", stack.name, "delete", "pod", "--all");
    expect(await refusedPull(stack.name)).toMatch(/401|unauthorized|authorization failed|no basic auth/i);
    expect(await findings(stack.name, "pull-secret-missing")).toEqual(["pull-secret-missing"]);
  });
});

/** Codes of the doctor's findings in a namespace. Polls until they are as expected, because a new pod has not failed yet. */
const findings = (namespace: string, awaited: string): Promise<string[]> =>
  eventually(
    async () => {
      const command = ["run.mjs", "ops/tarmac.ts", "doctor", "--namespace", namespace, "--json"];
      const { stdout, stderr } = await ended(nodeBinary, command, { env: stackEnvironment() });
      if (stdout === "") throw new Error(stderr);
      return (JSON.parse(stdout) as { findings: { code: string }[] }).findings.map(({ code }) => code);
    },
    (codes) => codes.join() === awaited,
  );

/** The kubelet's message about the image that it cannot pull. */
async function refusedPull(namespace: string): Promise<string> {
  const failed = await eventually(
    async () => {
      const { items } = (await inCluster("-n", namespace, "get", "events")) as {
        items: { reason: string; message: string }[];
      };
      return items.find(({ reason, message }) => reason === "Failed" && message.includes("pull"));
    },
    (event) => event !== undefined,
  );
  return failed?.message ?? "";
}

const wrong = (server: string) => ({ [server]: { auth: Buffer.from("puller:shut-sesame").toString("base64") } });

describe("an existing registry in Azure", () => {
  const place = { group: "registries-shared", name: "registriesshared" };
  let stack: OwnStack;
  beforeAll(async () => {
    await azure().resourceGroups.createOrUpdate(place.group, { location: "northeurope" });
    await azure()
      .registries.create(place.group, place.name, {
        location: "northeurope",
        sku: { name: "Basic" },
        tags: { owner: "others" },
      })
      .pollUntilDone();
    stack = await ownStack("registry-existing", { replicas: 1 });
  });
  afterAll(async () => {
    await azure().resourceGroups.beginDeleteAndWait(place.group);
  });

  it("fails the update before it creates anything, if the registry is missing", async () => {
    const said = await failure(stack.up({ existingRegistry: place.name, existingRegistryGroup: "somewhere-else" }));
    expect(said).toContain(
      'cannot read the registry "registriesshared" in resource group "somewhere-else" of the stack\'s subscription',
    );
    expect(said).toContain("az acr show --name registriesshared --query id");
  });

  it("is attached and receives the push, by name and subscription", async () => {
    const settings = { existingRegistry: place.name, existingRegistryGroup: place.group };
    // Its own tag makes it another image than that of the stack "local", which keeps its images from being purged anywhere.
    const more = { imageTag: "purge-1", existingRegistrySubscription: azure().subscription };
    stack.settings = { ...stack.settings, ...settings, ...more };
    await stack.up();
    const { kubeletObjectId } = await stack.outputs();
    expect(await grantsOn(place.group, registries)).toEqual([{ principalId: kubeletObjectId, role: "AcrPull" }]);
    expect(await inCluster("-n", stack.name, "get", "deployment", stack.name)).toMatchObject({
      status: { availableReplicas: 1 },
    });
  });

  it("is purged of images that nothing runs, and keeps those that the pods run", async () => {
    const { imageReference: before = "" } = await stack.outputs();
    stack.settings = { ...stack.settings, imageTag: "purge-2" };
    await stack.up();
    const { imageReference: now = "" } = await stack.outputs();
    // A pod that still drains counts as running.
    await eventually(
      async () => JSON.stringify(await inCluster("-n", stack.name, "get", "pods")),
      (pods) => !pods.includes(before),
    );
    const [old, running] = [before, now].map((reference) => reference.split("@")[1] ?? "");
    await age(place.name, 30);
    expect(await purge()).toMatchObject({ dryRun: true, repositories: [{ deleted: [{ digest: old }] }], problems: [] });
    expect(await digestsIn(place.name)).toEqual(expect.arrayContaining([old, running]));
    expect(await purge("--yes")).toMatchObject({
      users: [{ stack: stack.name, read: "state and cluster" }],
      repositories: [{ name: stack.name, deleted: [{ digest: old }] }],
    });
    const left = await digestsIn(place.name);
    expect(left).toContain(running);
    expect(left).not.toContain(old);
  });

  /** Purges the registry of everything unused. */
  async function purge(...options: string[]): Promise<unknown> {
    const command = ["run.mjs", "ops/tarmac.ts", "purge", stack.name, "--keep", "0", "--json", ...options];
    // The stack's file is elsewhere.
    const env = { ...stackEnvironment(), ARM_METADATA_HOSTNAME: `localhost:${ports.azure}` };
    const { code, stdout, stderr } = await ended(nodeBinary, command, { env });
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  it("survives the stack with its images and tags; only the role assignment is deleted", async () => {
    const { imageReference = "" } = await stack.outputs();
    await stack.remove();
    expect(await grantsOn(place.group, registries)).toEqual([]);
    expect(await azure().registries.get(place.group, place.name)).toMatchObject({ tags: { owner: "others" } });
    expect(await digestsIn(place.name)).toContain(imageReference.split("@")[1]);
  });
});

const storeOf = (registryName: string) =>
  join(stateFolder, "azure", "registries", registryName, "images/docker/registry/v2/repositories");

/** Digests of the images that the simulated Azure stores for a registry. */
async function digestsIn(registryName: string): Promise<string[]> {
  const files = await readdir(storeOf(registryName), { recursive: true });
  return files
    .flatMap((file) => /_manifests\/revisions\/sha256\/([0-9a-f]{64})$/.exec(file)?.[1] ?? [])
    .map((hex) => `sha256:${hex}`);
}

/** Makes all images of a registry older. */
async function age(registryName: string, days: number): Promise<void> {
  const time = new Date(Date.now() - days * 86_400_000);
  const files = await readdir(storeOf(registryName), { recursive: true });
  for (const file of files.filter((name) => name.endsWith("/link")))
    await utimes(join(storeOf(registryName), file), time, time);
}

describe("a registry of the stack", () => {
  let stack: OwnStack;
  beforeAll(async () => {
    // The registry builds the image, so Pulumi needs no engine for anything.
    const withoutEngine = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
    stack = await ownStack("registry-abac", { replicas: 1, buildWith: "acr" }, undefined, withoutEngine);
    await stack.up();
  });
  afterAll(() => stack.remove());

  /** Pulls the image repeatedly during the work, each time in a new pod. Returns the number of successful pulls. */
  async function pullingDuring(work: () => Promise<unknown>): Promise<number> {
    const { spec } = (await inCluster("-n", stack.name, "get", "deployment", stack.name)) as {
      spec: { template: { metadata: object; spec: { containers: object[] } } };
    };
    const containers = spec.template.spec.containers.map((container) => ({ ...container, imagePullPolicy: "Always" }));
    const ending = work().then(() => undefined);
    const folder = mkdtempSync(join(tmpdir(), "tarmac-e2e-"));
    const manifest = join(folder, "pod.json");
    let over = false;
    void ending.finally(() => (over = true)).catch(() => undefined);
    let pulls = 0;
    for (; !over || pulls === 0; pulls++) {
      const name = `pull-${Date.now()}`;
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { ...spec.template.spec, containers } };
      writeFileSync(manifest, JSON.stringify(pod));
      await kubectl("-n", stack.name, "create", "-f", manifest);
      await kubectl("-n", stack.name, "wait", "--for=condition=Ready", `pod/${name}`, "--timeout=60s");
      await kubectl("-n", stack.name, "delete", "pod", name, "--grace-period=1", "--wait=false");
    }
    await ending;
    rmSync(folder, { recursive: true });
    return pulls;
  }

  it.each([
    ["abac", ["AcrPull", "Container Registry Repository Reader", "Container Registry Repository Writer"]],
    ["classic", ["AcrPull", "Container Registry Repository Reader"]],
  ])("changes its role mode in place to %s, and no pull fails meanwhile", async (registryRoleMode, roles) => {
    const { loginServer, resourceGroup = "", kubeletObjectId } = await stack.outputs();
    const { update, ...others } = await planned(stack, { registryRoleMode });
    expect(update).toContain("azure-native:containerregistry/v20251101:Registry::registryabac");
    expect(Object.keys(others).filter((operation) => !["create", "delete"].includes(operation))).toEqual([]);
    expect(Object.values(others).flat()).toEqual([
      "azure-native:authorization:RoleAssignment::registry-abac-push-deployer",
    ]);

    stack.settings = { ...stack.settings, registryRoleMode };
    expect(await pullingDuring(() => stack.up())).toBeGreaterThan(0);
    expect(await stack.outputs()).toMatchObject({ loginServer, kubeletObjectId });
    const grants = await grantsOn(resourceGroup, registries);
    expect(grants.map(({ role }) => role).sort()).toEqual(roles);
    for (const role of roles.slice(0, 2))
      expect(grants.find((grant) => grant.role === role)?.principalId).toBe(kubeletObjectId);
    const { items } = (await inCluster("-n", stack.name, "get", "events")) as { items: { reason: string }[] };
    expect(items.filter(({ reason }) => /^(Failed|BackOff|ErrImagePull)$/.test(reason))).toEqual([]);
    expect(await planned(stack, {})).toEqual({});
  });

  it("builds in the mode abac with the rights of the deployer, without an engine, and pods run what it built", async () => {
    const settings = { registryRoleMode: "abac", imageTag: "2.0.0" };
    await stack.up(settings);
    const { imageReference = "" } = await stack.outputs();
    expect(imageReference).toMatch(/\/registry-abac:2\.0\.0@sha256:[0-9a-f]{64}$/);
    expect(await inCluster("-n", stack.name, "get", "deployment", stack.name)).toMatchObject({
      spec: { template: { spec: { containers: [{ image: imageReference }] } } },
      status: { availableReplicas: 1 },
    });
    expect(await stack.state()).not.toContain("pulumi:providers:docker");
    expect(await planned(stack, settings)).toEqual({});
    await stack.up();
  });

  it("shows the end of the build's log when the registry cannot build the image", async () => {
    const said = await failure(stack.up({ buildTarget: "build", buildArgs: { NODE_IMAGE: "localhost:1/missing:1" } }));
    expect(said).toMatch(/could not be built: the run ca\d+ ended as Failed/);
    expect(said).toContain("dial tcp 127.0.0.1:1: connect: connection refused");
    expect(said).toContain("az acr task logs --registry");
  });

  it("changes tags with updates and replaces nothing", async () => {
    const tagged = { tags: { "cost-centre": "4711" } };
    const { update = [], ...others } = await planned(stack, tagged);
    expect(Object.keys(others)).toEqual([]);
    expect(update.sort()).toEqual([
      "azure-native:containerregistry/v20251101:Registry::registryabac",
      "azure-native:containerservice:ManagedCluster::registry-abac",
      "azure-native:managedidentity:UserAssignedIdentity::registry-abac-control-plane",
      "azure-native:managedidentity:UserAssignedIdentity::registry-abac-kubelet",
      `azure-native:resources:ResourceGroup::registry-abac-${stack.name}`,
    ]);
    await stack.up(tagged);
    expect(await planned(stack, tagged)).toEqual({});
  });
});
