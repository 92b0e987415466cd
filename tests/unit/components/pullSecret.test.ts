import * as pulumi from "@pulumi/pulumi";
import { dockerConfig, PullSecret } from "../../../components/pullSecret.ts";
import { labels, mockCloud, only, refusal, secret, valueOf } from "../pulumiMocks.ts";

const args = { namespace: "hello", server: "registry.example.com:5000", username: "puller" };
const kubernetesSecret = "kubernetes:core/v1:Secret";

async function create(password: string, preview = false) {
  const cloud = await mockCloud({ preview });
  const pullSecret = new PullSecret("hello", { ...args, password: pulumi.secret(password), labels: { team: "one" } });
  return { pullSecret, resources: await cloud.settled() };
}

test.each([false, true])(
  "creates one Secret of the type that nodes pull with, hidden in the state: preview %s",
  async (preview) => {
    const { pullSecret, resources } = await create("first", preview);
    expect(labels(resources)).toEqual([`${kubernetesSecret}::hello`, "tarmac:kubernetes:PullSecret::hello"]);
    expect(only(resources, kubernetesSecret).inputs).toMatchObject({
      metadata: { name: "hello-registry", namespace: "hello", labels: { team: "one" } },
      type: "kubernetes.io/dockerconfigjson",
      stringData: secret({ ".dockerconfigjson": dockerConfig(args.server, "puller", "first") }),
    });
    expect(await valueOf(pullSecret.secretName)).toBe("hello-registry");
  },
);

test("keeps its name when the password changes, so that no pod changes", async () => {
  const [before, after] = [await create("first"), await create("second")].map(({ resources }) =>
    only(resources, kubernetesSecret),
  );
  expect(after?.inputs.metadata).toEqual(before?.inputs.metadata);
  expect(after?.inputs.stringData).not.toEqual(before?.inputs.stringData);
});

test("has the content that docker login writes, also for Docker Hub, which has a name of its own there", () => {
  const parsed = (server: string) => JSON.parse(dockerConfig(server, "puller", "p:w")) as unknown;
  const user = { username: "puller", password: "p:w", auth: Buffer.from("puller:p:w").toString("base64") };
  expect(parsed("registry.example.com")).toEqual({ auths: { "registry.example.com": user } });
  expect(parsed("docker.io")).toEqual({ auths: { "https://index.docker.io/v1/": user } });
});

test("refuses an invalid server", async () => {
  await mockCloud();
  expect(refusal(() => new PullSecret("hello", { ...args, server: "https://x", password: "p" }))).toEqual([
    'server: "https://x" is not a registry host: use HOST or HOST:PORT in lower case, without "https://" and without a path, e.g. "registry.example.com"',
  ]);
});
