/** Which stacks are read, and what their states and clusters name. */
import { PulumiFailed, type Cli } from "../../../../ops/pulumi/pulumiCli.ts";
import { namedBackends } from "../../../../ops/pulumi/stackBackend.ts";
import { hasCluster, objectsIn, readCluster } from "../../../../ops/purge/clusterImages.ts";
import { ImageMentions } from "../../../../ops/purge/imageMentions.ts";
import { type KnownStack, knownStacks } from "../../../../ops/purge/knownStacks.ts";
import { digestOf } from "../../local/azure/storedImages.ts";

interface FakeStack {
  state?: object;
  tags?: Record<string, string>;
  outputs?: object;
  gone?: boolean;
}

/** A backend with some stacks; one that is gone is listed once, and then no longer. */
function backend(stacks: Record<string, FakeStack>): Cli {
  let lists = 0;
  return {
    run(args) {
      const stack = stacks[args.at(-1) ?? ""];
      if (args[1] === "ls") {
        const first = lists++ === 0;
        const listed = Object.entries(stacks).filter(([, { gone }]) => gone !== true || first);
        return Promise.resolve(JSON.stringify(listed.map(([name]) => ({ name }))));
      }
      if (stack?.state === undefined) return Promise.reject(new PulumiFailed("no such stack"));
      const value = { export: stack.state, tag: stack.tags ?? {}, output: stack.outputs ?? {} }[args[1] ?? ""];
      return Promise.resolve(JSON.stringify(value));
    },
  };
}

it("reads state and tags of every stack, and recognizes sandboxes by name, tag or backend", async () => {
  const here = backend({
    dev: { state: { deployment: null }, tags: { "tarmac:good:hello": "a/hello:1@sha256:x" } },
    "org/tarmac/sandbox-pr-1": { state: {} },
    odd: { state: {}, tags: { "tarmac:sandbox": "true" } },
    gone: { gone: true },
  });
  const found = await knownStacks([
    { cli: here, ofSandboxes: false },
    { cli: backend({ other: { state: {} } }), ofSandboxes: true },
  ]);
  expect(found.map(({ name, isSandbox }) => [name, isSandbox])).toEqual([
    ["dev", false],
    ["sandbox-pr-1", true],
    ["odd", true],
    ["other", true],
  ]);
  expect(found[0]?.text).toContain("a/hello:1@sha256:x");
});

it("does not count the first name of a built image, which stays its id, as an image in use", async () => {
  const images = [
    { type: "docker:index/image:Image", id: "a.io/hello:1", outputs: { repoDigest: "a.io/hello@sha256:y" } },
    { type: "kubernetes:apps/v1:Deployment", id: "a.io/hello:2" },
  ];
  const [found] = await knownStacks([
    { cli: backend({ dev: { state: { deployment: { resources: images } } } }), ofSandboxes: false },
  ]);
  expect(found?.text).not.toContain("a.io/hello:1");
  expect(found?.text).toContain("a.io/hello@sha256:y");
  expect(found?.text).toContain("a.io/hello:2");
});

it("fails if a stack cannot be read", async () => {
  await expect(knownStacks([{ cli: backend({ dev: {} }), ofSandboxes: false }])).rejects.toThrow("no such stack");
});

it("finds every digest, and tags without a digest", () => {
  const mentions = new ImageMentions("a.azurecr.io");
  const [one, two, three] = ["one", "two", "three"].map(digestOf) as [string, string, string];
  mentions.add(JSON.stringify([{ image: `a.azurecr.io/team/app:1@${one}` }, `x ${two}`]), "here");
  mentions.add(
    JSON.stringify(["a.azurecr.io/team/app:2", "a.azurecr.io/team/tool", "axazurecr.io/team/app:3"]),
    "there",
  );
  const of = (digest: string, ...tags: string[]) => mentions.of("team/app", { digest, tags });
  expect([of(one), of(two), of(three)]).toEqual(["here", "here", undefined]);
  expect([of(three, "9", "2"), of(three, "1"), of(three, "3")]).toEqual(["there", undefined, undefined]);
  expect(mentions.of("team/tool", { digest: three, tags: ["latest"] })).toBe("there");
});

it("reads pods and workloads in the whole cluster", async () => {
  const asked: string[] = [];
  const list = <T>(path: string) => {
    asked.push(path);
    return Promise.resolve([{ image: "a.azurecr.io/app:1" } as T]);
  };
  expect(await objectsIn({ list })).toContain("a.azurecr.io/app:1");
  expect(asked).toEqual([
    ...["api/v1/pods", "apis/apps/v1/deployments", "apis/apps/v1/statefulsets", "apis/apps/v1/daemonsets"],
    ...["apis/batch/v1/jobs", "apis/batch/v1/cronjobs"],
  ]);
});

it("says that a stack's outputs have no kubeconfig", async () => {
  const stack = { reference: "dev", cli: backend({ dev: { state: {} } }) } as unknown as KnownStack;
  await expect(readCluster(stack)).rejects.toThrow('it has no output "kubeconfig"');
});

it("reads no cluster for a stack that has nothing on one", () => {
  const state = (...types: string[]) => ({
    state: { deployment: { resources: types.map((type) => ({ urn: "", type })) } },
  });
  expect(hasCluster(state("azure-native:resources:ResourceGroup"))).toBe(false);
  expect(hasCluster(state("kubernetes:core/v1:Namespace"))).toBe(true);
  expect(hasCluster({ state: {} })).toBe(false);
});

it("lists each backend once, with its environments", () => {
  const text = JSON.stringify({ dev: "a", staging: "a", prod: "b" });
  expect([...namedBackends({ PULUMI_BACKEND_URLS: text })]).toEqual([
    ["a", ["dev", "staging"]],
    ["b", ["prod"]],
  ]);
  expect(namedBackends({}).size).toBe(0);
});
