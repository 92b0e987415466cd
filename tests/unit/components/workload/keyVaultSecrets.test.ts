/** Secrets of a Key Vault in the pods of a workload: what the driver is told, what the pods mount, and what is refused. */
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Workload } from "../../../../components/workload.ts";
import { keyVaultSecretProblems } from "../../../../components/workload/keyVaultSecrets.ts";
import type { WorkloadArgs } from "../../../../components/workload/workloadArgs.ts";
import { labels, mockCloud, only, refusal } from "../../pulumiMocks.ts";

const image = `hello.azurecr.io/hello:1.4.2@sha256:${"ab".repeat(32)}`;
const version = "0123456789abcdef0123456789abcdef";
const vault = (secrets: Record<string, string>, vaultName: pulumi.Input<string> = "shop") => ({
  identity: { clientId: "client" },
  keyVault: { vaultName, tenantId: pulumi.output("tenant"), secrets },
});
const both = { DB_PASSWORD: `database/${version}`, "/mnt/keys/signing.key": "signing-key" };
const type = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass";

interface Class {
  metadata: { name: string; namespace: string };
  spec: { parameters: Record<string, string>; secretObjects?: { secretName: string }[] };
}
interface Pod {
  containers: { env: { name: string; valueFrom?: object }[]; volumeMounts: { name: string }[] }[];
  volumes: { name: string }[];
}

async function create(more: Partial<WorkloadArgs>, preview = false) {
  const cloud = await mockCloud({ preview });
  new Workload("hello", { namespace: "apps", image, ...more });
  const resources = await cloud.settled();
  const { template } = only(resources, "kubernetes:apps/v1:Deployment").inputs.spec as { template: { spec: Pod } };
  const policy = only(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs.spec as { egress: object[] };
  const made = labels(resources).includes(`${type}::hello-key-vault`) ? only(resources, type) : undefined;
  return { class: made?.inputs as unknown as Class, pod: template.spec, policy };
}

test("the driver gets what to read, from which vault, and as whom: with the pod's own token, not a node's identity", async () => {
  const made = await create(vault(both));
  const { metadata, spec } = made.class;
  expect(metadata.namespace).toBe("apps");
  expect(metadata.name).toMatch(/^hello-key-vault-[0-9a-f]{8}$/);
  const { objects = "", ...parameters } = spec.parameters;
  expect(parameters).toEqual({
    ...{ clientID: "client", keyvaultName: "shop", tenantId: "tenant" },
    ...{ usePodIdentity: "false", useVMManagedIdentity: "false" },
  });
  const { array } = parse(objects) as { array: string[] };
  expect(array.map((object) => parse(object) as unknown)).toEqual([
    { objectName: "database", objectType: "secret", objectAlias: "DB_PASSWORD", objectVersion: version },
    { objectName: "signing-key", objectType: "secret", objectAlias: "signing.key" },
  ]);
  expect(spec.secretObjects).toEqual([
    {
      secretName: metadata.name,
      type: "Opaque",
      labels: { "app.kubernetes.io/name": "hello" },
      data: [{ objectName: "DB_PASSWORD", key: "DB_PASSWORD" }],
    },
  ]);
});

test("the pods mount the folder read-only, and read variables from the driver's Secret", async () => {
  const { class: made, pod } = await create(vault(both));
  const { name } = made.metadata;
  const [container] = pod.containers;
  expect(pod.volumes).toContainEqual({
    name: "key-vault",
    csi: {
      driver: "secrets-store.csi.k8s.io",
      readOnly: true,
      volumeAttributes: { secretProviderClass: name },
    },
  });
  expect(container?.volumeMounts).toContainEqual({ name: "key-vault", mountPath: "/mnt/keys", readOnly: true });
  expect(container?.env).toContainEqual({
    name: "DB_PASSWORD",
    valueFrom: { secretKeyRef: { name, key: "DB_PASSWORD" } },
  });
});

test("files alone need no Secret, and variables alone need a folder of the driver", async () => {
  expect((await create(vault({ "/mnt/keys/a": "a" }))).class.spec).not.toHaveProperty("secretObjects");
  const { pod } = await create(vault({ A: "a" }));
  expect(pod.containers[0]?.volumeMounts).toContainEqual({
    ...{ name: "key-vault", mountPath: "/mnt/secrets-store", readOnly: true },
  });
});

test("another vault, secret or version rolls the pods, and nothing else does", async () => {
  const nameFor = async (...args: Parameters<typeof vault>) => (await create(vault(...args))).class.metadata.name;
  const name = await nameFor({ A: "a" });
  expect(await nameFor({ A: "a" })).toBe(name);
  const others = [await nameFor({ A: "a" }, "other"), await nameFor({ A: "b" }), await nameFor({ A: `a/${version}` })];
  expect(new Set([name, ...others]).size).toBe(4);
});

test("the driver reads on the node, so pods get no way to the vault", async () => {
  const identity = { clientId: "client" };
  expect((await create(vault({ A: "a" }))).policy.egress).toEqual((await create({ identity })).policy.egress);
});

test("without secrets there is neither a class nor a volume", async () => {
  const { class: made, pod } = await create({ identity: { clientId: "client" } });
  expect(made).toBeUndefined();
  expect(pod.volumes.map(({ name }) => name)).toEqual(["tmp"]);
});

test.each<[string, Partial<WorkloadArgs>, string[]]>([
  [
    "secrets without an identity",
    { keyVault: vault({ A: "a" }).keyVault },
    ["identity: is required for keyVault, whose secrets are read as this identity"],
  ],
  [
    "a vault address instead of a name, and no secret",
    vault({}, "https://shop.vault.azure.net"),
    [
      'keyVault.vaultName: "https://shop.vault.azure.net" is not the name of a Key Vault: use its name alone, 3 to 24 letters, digits, and single "-", starting with a letter',
      "keyVault.secrets: is empty: name at least one secret",
    ],
  ],
  [
    "a variable and a folder that other arguments use",
    {
      ...vault({ A: "a", "/mnt/keys/a.pem": "a" }),
      ...{ configValues: { A: "1" }, secretFiles: { "/mnt/keys/b.pem": "b" }, writablePaths: { "/mnt": "1Mi" } },
    },
    [
      'keyVault.secrets: "A" is also set in configValues, and only one can apply: remove it from one of them',
      'keyVault.secrets: "/mnt/keys/b.pem" (secretFiles) is in "/mnt/keys", which the volume of the secrets fills: move one of the two',
    ],
  ],
])("refuses %s", async (_, more, problems) => {
  const cloud = await mockCloud();
  expect(refusal(() => new Workload("hello", { namespace: "apps", image, ...more }))).toEqual(problems);
  expect(await cloud.settled()).toEqual([]);
});

test.each<[string, Record<string, unknown>, string[]]>([
  ["nothing", { A: "a-B-1", "/mnt/keys/a": `a/${version}`, "/mnt/keys/b.pem": "b" }, []],
  ["a value that is not a string", { A: 1 }, [expect.stringMatching(/^the value of "A" is not a string/) as string]],
  [
    "names that Key Vault does not allow",
    { A: "my_secret", B: "a/1", C: "https://shop.vault.azure.net/secrets/a" },
    ["my_secret", "a/1", "https://shop.vault.azure.net/secrets/a"].map(
      (value, index) =>
        `"${value}" (${"ABC"[index]}) is not a secret of a Key Vault: use its name (letters, digits, and "-"), or NAME/VERSION with the 32 digits of a version`,
    ),
  ],
  ["a variable that tarmac sets", { PORT: "a" }, ["PORT is set by tarmac (from port): remove it here"]],
  [
    "folders that others need",
    { "/etc/ssl/certs/a.pem": "a", "/tmp/a": "a", "/key": "a" },
    [
      ["/etc/ssl/certs/a.pem", "/etc/ssl/certs"],
      ["/tmp/a", "/tmp"],
      ["/key", "/"],
    ].map(
      ([path = "", folder]) =>
        `"${path}" is in "${folder}", and the volume of the secrets hides everything else there: use a folder of its own, e.g. "/mnt/secrets-store/${path.split("/").at(-1)}"`,
    ),
  ],
  ["an invalid path", { "/mnt/a b": "a" }, [expect.stringMatching(/^"\/mnt\/a b" is not a path/) as string]],
  [
    "two folders",
    { "/mnt/a/x": "x", "/mnt/b/y": "y" },
    [
      'the files are in "/mnt/a" and "/mnt/b", and the secrets are one volume: use one folder for all, e.g. "/mnt/secrets-store"',
    ],
  ],
  [
    "a file with the name of a variable",
    { KEY: "x", "/mnt/a/KEY": "y" },
    ['"/mnt/a/KEY" has the name of the variable KEY, whose secret is a file of the same folder: rename the file'],
  ],
])("by themselves, the checks find %s", (_, secrets, problems) => {
  expect(keyVaultSecretProblems(secrets)).toEqual(problems);
});
