/** A purge of a registry of the simulated Azure, with stacks and clusters in memory. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signIn, type Azure } from "../../../../ops/azure/signIn.ts";
import type { Cli } from "../../../../ops/pulumi/pulumiCli.ts";
import type { State } from "../../../../ops/pulumi/stackState.ts";
import type { KnownStack } from "../../../../ops/purge/knownStacks.ts";
import { pullersOf } from "../../../../ops/purge/pullers.ts";
import {
  type PurgeOptions,
  purgeRegistry,
  type PurgeWorld,
  type StackRegistry,
} from "../../../../ops/purge/purgeRegistry.ts";
import { purgeText } from "../../../../ops/purge/purgeText.ts";
import { backends, repositoriesIn, runPurge } from "../../../../ops/purge/runPurge.ts";
import { giveRole, newIdentity, newUser } from "../../local/azure/principals.ts";
import { imageOf, indexOf, servedFrom, storedDigests, storeManifest } from "../../local/azure/storedImages.ts";
import { clients, type Clients, type Environment, roleGuids, startEnvironment } from "../../local/azure/testAzure.ts";

let environment: Environment;
let azure: Clients;
let signedIn: Azure;
const repository = "team/hello";

beforeAll(async () => {
  environment = await startEnvironment(servedFrom(() => environment.folder));
  azure = clients(environment.azure);
  await azure.resources.resourceGroups.createOrUpdate("rg", { location: "swedencentral" });
  signedIn = await as(environment.azure.deployer);
});
afterAll(() => environment.stop());

/** Signs in to the simulated Azure. */
const as = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }): Promise<Azure> =>
  signIn(
    { metadataHost: new URL(environment.azure.endpoint).host },
    {
      ARM_TENANT_ID: environment.azure.deployer.tenantId,
      ARM_SUBSCRIPTION_ID: environment.azure.deployer.subscriptionId,
      ARM_CLIENT_ID: clientId,
      ARM_CLIENT_SECRET: clientSecret,
    },
  );

let registry: StackRegistry;
let count = 0;
let name: string;
let images: Record<string, string>;

/** A registry with images of 40 MB that share a base of 38 MB; all are 100 days old, unless their names say otherwise. */
beforeEach(async () => {
  name = `purge${++count}`;
  const { id = "", loginServer = "" } = await azure.registries.registries.create("rg", name, {
    location: "swedencentral",
    sku: { name: "Basic" },
  });
  registry = { id, loginServer, own: true };
  const add = (
    image: string,
    days: number,
    content: object = imageOf(image, { base: 38, [image]: 2 }),
    tags = [image],
  ) => storeManifest(content, { folder: environment.folder, registry: name, repository, tags, days });
  images = {
    running: add("running", 100),
    good: add("good", 90),
    pod: add("pod", 80),
    tagged: add("tagged", 70),
    old: add("old", 60),
    older: add("older", 61),
    young: add("young", 2),
  };
  const platform = add("platform", 65, undefined, []);
  images = {
    ...{ ...images, platform, index: add("index", 65, indexOf(platform)) },
    signature: add("signature", 100, imageOf("signature", {}, { subject: { digest: images.running } }), []),
    sbom: add("sbom", 60, imageOf("sbom", {}, { subject: { digest: images.old } }), []),
  };
});
afterEach(() => azure.registries.registries.delete("rg", name));

/** The names of the images that the registry has now. */
const stored = () => {
  const digests = storedDigests(environment.folder, name, repository);
  return Object.entries(images)
    .filter(([, digest]) => digests.includes(digest))
    .map(([image]) => image)
    .sort();
};
const reference = (image: string) => `${registry.loginServer}/${repository}:${image}@${images[image] ?? ""}`;
const noCli: Cli = { run: () => Promise.reject(new Error("the backend does not answer")) };

interface StackSpec {
  resources?: { type: string; outputs?: object; inputs?: object }[];
  tags?: Record<string, string>;
  isSandbox?: boolean;
}

function stackOf(stack: string, { resources = [], tags = {}, isSandbox = false }: StackSpec): KnownStack {
  const state = { deployment: { resources: resources.map((one, i) => ({ urn: `urn:${i}`, ...one })) } } as State;
  return { name: stack, reference: stack, cli: noCli, state, text: JSON.stringify([state, tags]), isSandbox };
}

const deployment = (image: string) => ({
  type: "kubernetes:apps/v1:Deployment",
  inputs: {
    metadata: { name: "hello", namespace: "hello" },
    spec: { template: { spec: { containers: [{ image }] } } },
  },
});
const component = () => ({ type: "tarmac:azure:Registry", outputs: { ...registry } });

/** The stack that is purged: it runs one image, and has another one to return to. */
const dev = (more: NonNullable<StackSpec["resources"]> = []) =>
  stackOf("dev", {
    resources: [component(), deployment(reference("running")), ...more],
    tags: { "tarmac:good:hello": reference("good") },
  });

function purge(options: Partial<PurgeOptions> = {}, world: Partial<PurgeWorld> & { known?: KnownStack[] } = {}) {
  const { known = [dev()], ...rest } = world;
  return purgeRegistry(
    {
      ...{ stack: "dev", keep: 0, olderThanMinutes: 7 * 1440, repositories: [], withoutCluster: [] },
      ...{ ignoredPullers: [], deletes: false },
      ...options,
    },
    {
      stacks: () => Promise.resolve(known),
      readCluster: () =>
        Promise.resolve(
          JSON.stringify([{ imageID: `x@${images.pod ?? ""}`, image: `${registry.loginServer}/${repository}:tagged` }]),
        ),
      pullers: () => pullersOf(signedIn, registry.id),
      repositories: () => repositoriesIn(signedIn, registry),
      say: () => undefined,
      now: () => new Date(),
      ...rest,
    },
  );
}

const all = ["good", "index", "old", "older", "platform", "pod", "running", "sbom", "signature", "tagged", "young"];

it("deletes what nothing runs or returns to, and keeps what belongs to the rest", async () => {
  const done = await purge({ deletes: true });
  expect(stored()).toEqual(["good", "pod", "running", "signature", "tagged", "young"]);
  expect(done.problems).toEqual([]);
  expect(done.repositories).toMatchObject([
    {
      name: repository,
      kept: {
        "the stack dev names it": 2,
        "the cluster of dev runs it": 2,
        "refers to a manifest that stays": 1,
        "too young": 1,
      },
    },
  ]);
  expect(done.users).toEqual([{ stack: "dev", read: "state and cluster" }]);
  // What each deleted image has of its own; the base stays.
  expect(Math.round(done.bytes.freed / 1e6)).toBe(6);
  expect(done.bytes.shared).toBe(38_000_000);
});

it("only reports without --yes, and says how to delete", async () => {
  const text = purgeText(await purge());
  expect(stored()).toEqual(all);
  expect(text).toContain(
    `${registry.loginServer}: read 1 stack; these name the registry: dev (state and cluster)\n${repository}:\n  keep    1  refers to a manifest that stays\n`,
  );
  expect(text).toMatch(new RegExp(`  delete  ${images.older}  20\\d\\d-\\d\\d-\\d\\d  older\n`));
  expect(text).toMatch(new RegExp(`  delete  ${images.sbom}  20\\d\\d-\\d\\d-\\d\\d  without a tag\n`));
  expect(text).toContain(
    "would delete 5 manifests, at most 6.0 MB; 38 MB of their layers stay, which kept manifests share\n",
  );
  expect(text).toMatch(/This was a dry run\. To delete: add --yes$/);
});

it("keeps the newest of the unused images, with what refers to them", async () => {
  await purge({ keep: 1, deletes: true });
  expect(stored()).toEqual(all.filter((image) => !["index", "platform", "older"].includes(image)));
});

it("keeps what any stack of the project names, in any property, and what sandboxes name, without reading their clusters", async () => {
  const asked: string[] = [];
  const known = [
    dev(),
    stackOf("staging", { resources: [{ type: "some:type:Of", inputs: { init: [images.old] } }] }),
    stackOf("sandbox-pr-7", { resources: [deployment(reference("index"))], isSandbox: true }),
  ];
  const readCluster = ({ name: stack }: KnownStack) => {
    asked.push(stack);
    return Promise.resolve("[]");
  };
  const { users, stacks } = await purge({ deletes: true }, { known, readCluster });
  expect(stored()).toEqual(["good", "index", "old", "platform", "running", "sbom", "signature", "young"]);
  expect(asked).toEqual(["dev"]);
  expect(users.map(({ stack, read }) => `${stack}: ${read}`)).toEqual([
    "dev: state and cluster",
    "sandbox-pr-7: state",
  ]);
  expect(stacks).toBe(3);
});

it("deletes nothing if a cluster cannot be read, unless only the state counts", async () => {
  const readCluster = () =>
    Promise.reject(new Error("the cluster at https://x does not answer: ECONNREFUSED\n    at x"));
  await expect(purge({ deletes: true }, { readCluster })).rejects.toThrow(
    'nothing was deleted, because the following is unknown:\n  - what the cluster of "dev" runs: the cluster at https://x does not answer: ECONNREFUSED. If only its state counts: --without-cluster dev',
  );
  expect(stored()).toEqual(all);
  await purge({ deletes: true, withoutCluster: ["dev"] }, { readCluster });
  expect(stored()).toEqual(["good", "running", "signature", "young"]);
});

it("deletes nothing while an identity that belongs to no stack may pull, unless it is named", async () => {
  const { principalId } = await newIdentity(environment.azure, `nodes-${name}`);
  await giveRole(environment.azure, registry.id, principalId, roleGuids.acrPull);
  await expect(purge({ deletes: true })).rejects.toThrow(
    `what the identity ${principalId} runs, which may pull from ${registry.loginServer} and belongs to none of the stacks. If it runs none of these images: --ignore-puller ${principalId}`,
  );
  const known = [dev([{ type: "azure-native:managedidentity:UserAssignedIdentity", outputs: { principalId } }])];
  await expect(purge({}, { known })).resolves.toMatchObject({ dryRun: true });
  await expect(purge({ ignoredPullers: [principalId] })).resolves.toMatchObject({ dryRun: true });
});

it("deletes nothing if Azure does not say who may pull", async () => {
  await expect(
    purge({}, { pullers: () => Promise.reject(new Error("AuthorizationFailed: no\nmore")) }),
  ).rejects.toThrow(`  - who may pull from ${registry.loginServer}: AuthorizationFailed: no`);
});

describe("the right to delete", () => {
  const signedInAs = async (...roles: string[]) => {
    const user = await as(await newUser(environment.azure, registry.id, roles));
    return { repositories: () => repositoriesIn(user, registry) };
  };
  const { reader, acrDelete, acrPush } = roleGuids;

  it("is reported if it is missing, also in a dry run, and nothing is deleted", async () => {
    const world = await signedInAs(reader, acrPush);
    await expect(purge({ deletes: true }, world)).rejects.toThrow(
      `the signed-in identity may read ${repository}, but not delete in it: that needs the role AcrDelete on the registry, or Container Registry Repository Contributor if the registry uses repository permissions`,
    );
    expect(stored()).toEqual(all);
    const { problems } = await purge({}, world);
    expect(problems).toEqual([expect.stringContaining("may read team/hello, but not delete in it")]);
  });

  it("is AcrDelete and Reader, and nothing more", async () => {
    await purge({ deletes: true }, await signedInAs(reader, acrDelete));
    expect(stored()).toHaveLength(6);
  });

  it("does not include the right to read", async () => {
    await expect(purge({}, await signedInAs(acrDelete))).rejects.toThrow(
      /Azure has no registry|AuthorizationFailed|does not have authorization/,
    );
  });
});

it("keeps what is locked meanwhile, with what needs it, and continues", async () => {
  const real = await repositoriesIn(signedIn, registry);
  const repositories = () =>
    Promise.resolve({
      manifests: (of: string) => real.manifests(of),
      mayDelete: (of: string) => real.mayDelete(of),
      delete: (of: string, digest: string) =>
        digest === images.index
          ? Promise.reject(new Error("REGISTRY_DISALLOWED_OPERATION: The operation is disallowed"))
          : real.delete(of, digest),
    });
  const { problems } = await purge({ deletes: true }, { repositories });
  expect(problems).toEqual([
    `${repository}@${images.index} was not deleted: REGISTRY_DISALLOWED_OPERATION: The operation is disallowed`,
  ]);
  expect(stored()).toEqual(["good", "index", "platform", "pod", "running", "signature", "tagged", "young"]);
});

it("purges other repositories only if they are named, and accepts one that does not exist", async () => {
  const other = { folder: environment.folder, registry: name, repository: "other/app", days: 50 };
  const digest = storeManifest(imageOf("other", { code: 1 }), other);
  await purge({ deletes: true });
  expect(storedDigests(environment.folder, name, "other/app")).toEqual([digest]);
  const { repositories } = await purge({ deletes: true, repositories: ["other/app", "no/such"] });
  expect(repositories.map((one) => [one.name, one.deleted.length])).toEqual([
    ["no/such", 0],
    ["other/app", 1],
    [repository, 0],
  ]);
});

it("purges only what the stack builds in a shared registry", async () => {
  const image = { type: "docker:index/image:Image", outputs: { imageName: `${registry.loginServer}/built/here:1` } };
  const resources = [
    { type: "tarmac:azure:ExistingRegistry", outputs: { ...registry } },
    deployment(reference("running")),
  ];
  const byAzure = {
    type: "tarmac:docker:AppImage",
    outputs: { reference: `${registry.loginServer}/built/there:1@${images.old}` },
  };
  const built = stackOf("dev", { resources: [...resources, image, byAzure] });
  expect((await purge({}, { known: [built] })).repositories.map((one) => one.name)).toEqual([
    "built/here",
    "built/there",
  ]);
  await expect(purge({}, { known: [stackOf("dev", { resources })] })).rejects.toThrow(
    `"dev" pushes no image to ${registry.loginServer}: name one with --repository`,
  );
});

it.each([
  [
    "a stack that does not exist",
    () => [stackOf("prod", {})],
    'no stack "dev" in the backends of this project; there are: prod',
  ],
  ["no stack at all", () => [], 'no stack "dev" in the backends of this project; there are: none'],
  ["a registry outside Azure", () => [stackOf("dev", {})], '"dev" has no Azure registry: only Azure tells'],
  [
    "a registry that Azure does not have",
    () => {
      registry = { ...registry, loginServer: "registry.attacker.example" };
      return [dev()];
    },
    "Azure has no registry registry.attacker.example with the id ",
  ],
])("cannot run: %s", async (_, known, says) => {
  await expect(purge({}, { known: known() })).rejects.toThrow(says);
});

it("reads the backends of all environments, and of sandboxes only the state", () => {
  const env = {
    PULUMI_BACKEND_URLS: JSON.stringify({ dev: "azblob://a", sandbox: "azblob://b", prod: "azblob://c" }),
  };
  expect(backends("dev", env, () => undefined).map(({ ofSandboxes }) => ofSandboxes)).toEqual([false, true, false]);
  expect(backends("dev", {}, () => undefined)).toHaveLength(1);
  expect(backends("dev", { PULUMI_BACKEND_URL: "file:///x" }, () => undefined)).toHaveLength(1);
});

describe("the command", () => {
  const before = { ...process.env };
  let folder: string;
  let printed: string;
  beforeEach(() => {
    // A Pulumi with one stack.
    folder = mkdtempSync(join(tmpdir(), "tarmac-purge-"));
    writeFileSync(join(folder, "state.json"), JSON.stringify(dev().state));
    writeFileSync(
      join(folder, "pulumi"),
      `#!/bin/sh\ncase "$*" in *" ls --output"*) echo '[{"name":"dev"}]';; *export*) cat ${folder}/state.json;; *) echo '{}';; esac\n`,
    );
    chmodSync(join(folder, "pulumi"), 0o755);
    const { deployer, endpoint } = environment.azure;
    Object.assign(process.env, {
      PATH: `${folder}:${before.PATH ?? ""}`,
      ...{ ARM_TENANT_ID: deployer.tenantId, ARM_SUBSCRIPTION_ID: deployer.subscriptionId },
      ...{ ARM_CLIENT_ID: deployer.clientId, ARM_CLIENT_SECRET: deployer.clientSecret },
      ...{ ARM_METADATA_HOSTNAME: new URL(endpoint).host, GITHUB_STEP_SUMMARY: join(folder, "summary.md") },
    });
    printed = "";
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.env = { ...before };
    process.exitCode = undefined;
    rmSync(folder, { recursive: true });
  });
  const options = {
    ...{ stack: "dev", keep: 0, olderThanMinutes: 1440, repositories: [], withoutCluster: ["dev"], ignoredPullers: [] },
    ...{ deletes: false, json: false },
  };

  it("prints a report, and adds it to the summary of a workflow", async () => {
    await runPurge(options);
    expect(process.exitCode).toBe(0);
    expect(printed).toContain("This was a dry run. To delete: add --yes\n");
    expect(readFileSync(join(folder, "summary.md"), "utf8")).toContain("would delete 9 manifests");
    expect(stored()).toEqual(all);
  });

  it("deletes, and lists the deletions for programs", async () => {
    await runPurge({ ...options, deletes: true, json: true });
    const { dryRun, repositories } = JSON.parse(printed) as { dryRun: boolean; repositories: { deleted: object[] }[] };
    expect([dryRun, repositories[0]?.deleted.length]).toEqual([false, 9]);
    expect(stored()).toEqual(["running", "signature"]);
  });
});
