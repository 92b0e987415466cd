/** The driver for secrets of vaults: the kubelet calls it, it signs in as the pod's identity, and fails in the real driver's words. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";
import { stringify } from "yaml";
import { clusterIssuer } from "../../../../local/azure/clusterIssuer.ts";
import { kubeletInterfaces, registrationSocket } from "../../../../local/azure/secretsStore/csiServer.ts";
import { driverName, driverObjects } from "../../../../local/azure/secretsStore/driverObjects.ts";
import { intervalMilliseconds } from "../../../../local/azure/secretsStore/secretsStoreAddOn.ts";
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { creating } from "../../ops/doctor/wordings.ts";
import { askNamed } from "./namedService.ts";
import { authorization, giveRole, type Identity, newIdentity, newUser, type User } from "./principals.ts";
import { arm, type Clients, type Environment, eventually, simulation, startWithGroup } from "./testAzure.ts";

const secretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
const audience = "api://AzureADTokenExchange";
const subject = "system:serviceaccount:apps:hello";

let environment: Environment;
let azure: Clients;
let vaults: string;
let officer: User;
let identity: Identity;
let privateKey: CryptoKey;
const kubeletFolder = mkdtempSync(join(tmpdir(), "kubelet-"));
const mounted = new Set<string>();
const kubelet = {
  folder: kubeletFolder,
  nodeName: "node",
  mounter: {
    isMounted: (path: string) => mounted.has(path),
    mount: (path: string) => Promise.resolve(void mounted.add(path)),
    unmount: (path: string) => Promise.resolve(void mounted.delete(path)),
  },
};
const place = { name: driverName, nodeName: "node", kubeletFolder };

/** @param config of the add-on; undefined: the cluster does not have it */
async function putCluster(config: Record<string, string> | undefined): Promise<void> {
  await azure.clusters.managedClusters.createOrUpdate("rg", "shop", {
    ...{ location: "swedencentral", dnsPrefix: "shop", identity: { type: "SystemAssigned" } },
    agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vmSize: "Standard_D4ads_v6" }],
    oidcIssuerProfile: { enabled: true },
    addonProfiles: { azureKeyvaultSecretsProvider: { enabled: config !== undefined, config: config ?? {} } },
  });
}

const putSecret = (name: string, value: string, attributes = {}) =>
  authorization(environment.azure, officer, "https://vault.azure.net").then((headers) =>
    askNamed(environment.azure, "contoso.vault.azure.net", "PUT", `/secrets/${name}?api-version=7.4`, {
      ...{ headers, body: JSON.stringify({ value, attributes }) },
    }),
  );

beforeAll(async () => {
  const started = await startWithGroup({ kubelet });
  ({ environment, azure } = started);
  vaults = `${started.group}/providers/Microsoft.KeyVault/vaults`;
  const { tenantId } = environment.azure.deployer;
  await arm(environment.azure, "PUT", `${vaults}/contoso`, "2023-07-01", {
    location: "westeurope",
    properties: { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
  });
  officer = await newUser(environment.azure, `${vaults}/contoso`, [secretsOfficer]);
  const pair = await generateKeyPair("RS256");
  privateKey = pair.privateKey;
  environment.kubernetes.keys = [{ ...(await exportJWK(pair.publicKey)), kid: "key", alg: "RS256", use: "sig" }];
  identity = await trusting("hello", subject);
  await putSecret("database", "first");
  await putSecret("other", "other");
  await giveRole(environment.azure, `${vaults}/contoso/secrets/database`, identity.principalId, secretsUser);
  await putCluster({ enableSecretRotation: "false" });
}, 30_000);
afterAll(async () => {
  await environment.stop();
  rmSync(kubeletFolder, { recursive: true, force: true });
});

/** An identity with a federated credential for a subject. */
async function trusting(name: string, of: string): Promise<Identity> {
  const made = await newIdentity(environment.azure, name);
  const properties = { issuer: clusterIssuer(environment.azure.endpoint), subject: of, audiences: [audience] };
  await arm(environment.azure, "PUT", `${made.id}/federatedIdentityCredentials/pods`, "2023-01-31", { properties });
  return made;
}

/** A token like the one that the kubelet gets for a pod. */
const podToken = (of = audience) =>
  new SignJWT({ sub: subject })
    .setProtectedHeader({ alg: "RS256", kid: "key" })
    .setIssuer(clusterIssuer(environment.azure.endpoint))
    .setAudience([of])
    .setNotBefore("0 s")
    .setExpirationTime("1 h")
    .sign(privateKey);

/** Calls the driver as the kubelet does. @throws Error with the driver's status and message */
async function call<T>(service: string, method: string, request: object): Promise<T> {
  const Service = kubeletInterfaces()[service] as unknown as new (address: string, access: unknown) => Client;
  const client = new Service(`unix:${registrationSocket(place)}`, credentials.createInsecure());
  try {
    return await new Promise<T>((resolve, reject) => {
      const ask = (client as unknown as Record<string, CallOf<T>>)[method];
      ask?.call(client, request, (error, answer) => (error === null ? resolve(answer) : reject(error)));
    });
  } finally {
    client.close();
  }
}
type CallOf<T> = (request: object, done: (error: ServiceError | null, answer: T) => void) => void;

interface Asked {
  parameters?: Record<string, string>;
  objects?: object[];
  secretObjects?: object[];
  provider?: string;
  pod?: string;
  readonly?: boolean;
  tokens?: string;
  volumeClass?: string;
}

const volumeOf = (pod: string) => join(kubeletFolder, "pods", pod, "mount");

/** Mounts the volume of a pod. Returns its folder. */
async function publish(asked: Asked = {}): Promise<string> {
  const { pod = "pod", provider = "azure", objects = [{ objectName: "database", objectType: "secret" }] } = asked;
  const spec = {
    ...{ provider, secretObjects: asked.secretObjects ?? [] },
    parameters: {
      ...{ keyvaultName: "contoso", tenantId: environment.azure.deployer.tenantId, clientID: identity.clientId },
      objects: stringify({ array: objects.map((object) => stringify(object)) }),
      ...asked.parameters,
    },
  };
  environment.kubernetes.secretProviderClasses["apps/class"] = { spec };
  const tokens = asked.tokens ?? JSON.stringify({ [audience]: { token: await podToken(), expirationTimestamp: "" } });
  await call("Node", "nodePublishVolume", {
    ...{ volumeId: "id", targetPath: volumeOf(pod), readonly: asked.readonly ?? true },
    volumeContext: {
      ...{ secretProviderClass: asked.volumeClass ?? "class", "csi.storage.k8s.io/pod.namespace": "apps" },
      ...{ "csi.storage.k8s.io/pod.name": pod, "csi.storage.k8s.io/serviceAccount.tokens": tokens },
    },
  });
  return volumeOf(pod);
}

const refusal = (asked: Asked) =>
  publish({ pod: "refused", ...asked }).then(
    () => "mounted",
    ({ code, details }: ServiceError) => `${code}: ${details}`,
  );

describe("the add-on of a cluster", () => {
  test("installs the driver: its objects, an identity of AKS without rights, and a socket on which it registers", async () => {
    expect(environment.kubernetes.secretsStores).toBe(true);
    const cluster = await azure.clusters.managedClusters.get("rg", "shop");
    expect(cluster.addonProfiles?.azureKeyvaultSecretsProvider?.identity?.resourceId).toMatch(
      /\/MC_rg_shop_swedencentral\/.*\/azurekeyvaultsecretsprovider-shop$/,
    );
    expect(await call("Registration", "getInfo", {})).toEqual({
      ...{ type: "CSIPlugin", name: driverName, supportedVersions: ["1.0.0"] },
      endpoint: join(kubeletFolder, "plugins", driverName, "csi.sock"),
    });
    expect(await call("Node", "nodeGetInfo", {})).toEqual({ nodeId: "node" });
    expect(await call("Identity", "getPluginInfo", {})).toMatchObject({ name: driverName });
    expect(driverObjects.map(({ kind }) => kind)).toEqual(["CustomResourceDefinition", "CSIDriver"]);
    expect(driverObjects[1]?.spec).toMatchObject({ podInfoOnMount: true, tokenRequests: [{ audience }] });
  });

  test("survives a restart of this service, and is removed with the last cluster that has it", async () => {
    await environment.restart();
    await publish({ pod: "restarted" });
    await putCluster(undefined);
    expect(environment.kubernetes.secretsStores).toBe(false);
    expect(existsSync(registrationSocket(place))).toBe(false);
    await putCluster({ enableSecretRotation: "false" });
    expect(existsSync(registrationSocket(place))).toBe(true);
  });
});

test("a pod gets the secrets that its identity may read, under the names in the class", async () => {
  const [, version = ""] = /secrets\/database\/([0-9a-f]{32})/.exec((await putSecret("database", "first")).text) ?? [];
  const folder = await publish({
    objects: [
      { objectName: "database", objectType: "secret" },
      { objectName: "database", objectType: "secret", objectAlias: "keys/DB", objectVersion: version },
    ],
    secretObjects: [
      {
        ...{ secretName: "synced", type: "Opaque", labels: { app: "hello" } },
        data: [{ objectName: "keys/DB", key: "DB_PASSWORD" }],
      },
    ],
  });
  expect(readFileSync(join(folder, "database"), "utf8")).toBe("first");
  expect(readFileSync(join(folder, "keys/DB"), "utf8")).toBe("first");
  expect(statSync(join(folder, "database")).mode & 0o777).toBe(0o644);
  expect(environment.kubernetes.secretsOfPods["apps/pod/synced"]).toMatchObject({
    type: "Opaque",
    metadata: {
      ...{ namespace: "apps", name: "synced" },
      labels: { app: "hello", "secrets-store.csi.k8s.io/managed": "true" },
    },
    data: { DB_PASSWORD: Buffer.from("first").toString("base64") },
  });
  await call("Node", "nodeUnpublishVolume", { volumeId: "id", targetPath: folder });
  expect([mounted.has(folder), existsSync(folder)]).toEqual([false, false]);
});

describe("a pod that may not read a secret waits, and the kubelet says why", () => {
  const failed = (why: string) =>
    `2: failed to mount secrets store objects for pod apps/refused, err: rpc error: code = Unknown desc = failed to mount objects, error: ${why}`;
  const ofDatabase = "failed to get objectType:secret, objectName:database, objectVersion:: ";
  const signIn = (code: number) =>
    new RegExp(
      `${ofDatabase}ClientAssertionCredential authentication failed.\\nPOST https://login.microsoftonline.com/[0-9a-f-]{36}/oauth2/v2.0/token\\n-{80}\\nRESPONSE 40[01]: 40[01] \\w+[^]*AADSTS${code}: `,
    );

  test("the identity trusts another ServiceAccount, or none", async () => {
    const other = await trusting("other", "system:serviceaccount:apps:other");
    const said = await refusal({ parameters: { clientID: other.clientId } });
    expect(said).toMatch(signIn(700213));
    expect(said).toContain(`subject '${subject}'`);
    const none = await newIdentity(environment.azure, "none");
    expect(await refusal({ parameters: { clientID: none.clientId } })).toMatch(signIn(70025));
    const unknown = "99999999-9999-9999-9999-999999999999";
    expect(await refusal({ parameters: { clientID: unknown } })).toMatch(signIn(700016));
    expect(await refusal({ parameters: { tenantId: unknown } })).toMatch(signIn(90002));
    expect([...mounted].filter((path) => path.includes("refused"))).toEqual([]);
  });

  test("the role is missing, or has not propagated yet", async () => {
    const asked = { objects: [{ objectName: "other", objectType: "secret" }] };
    const forbidden =
      /objectName:other, objectVersion:: GET https:\/\/contoso\.vault\.azure\.net\/secrets\/other\/\n-{80}\nRESPONSE 403: 403 Forbidden\nERROR CODE: Forbidden\n-{80}\n[^]*Action: 'Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action'[^]*"code": "ForbiddenByRbac"/;
    expect(await refusal(asked)).toMatch(forbidden);
    await simulation(environment.azure, "PUT", "delays", { grantPropagationSeconds: 1 });
    await giveRole(environment.azure, `${vaults}/contoso/secrets/other`, identity.principalId, secretsUser);
    expect(await refusal(asked)).toMatch(forbidden);
    await simulation(environment.azure, "PUT", "delays", { grantPropagationSeconds: 0 });
    await eventually(async () => expect(await refusal(asked)).toBe("mounted"));
    mounted.clear();
  });

  test("the secret, its version or the vault does not exist", async () => {
    await giveRole(environment.azure, `${vaults}/contoso`, identity.principalId, secretsUser);
    const missing = (objectName: string, objectVersion?: string) =>
      refusal({ objects: [{ objectName, objectType: "secret", ...(objectVersion && { objectVersion }) }] });
    expect(await missing("nothing")).toMatch(/RESPONSE 404: 404 Not Found\nERROR CODE: SecretNotFound\n/);
    expect(await missing("database", "0".repeat(32))).toMatch(/ERROR CODE: SecretNotFound\n/);
    await putSecret("off", "x", { enabled: false });
    expect(await missing("off")).toMatch(/RESPONSE 403[^]*"code": "SecretDisabled"/);
    expect(await refusal({ parameters: { keyvaultName: "contosa" } })).toBe(
      failed(
        `${ofDatabase}Get "https://contosa.vault.azure.net/secrets/database/?api-version=7.6": dial tcp: lookup contosa.vault.azure.net on 10.0.0.10:53: no such host`,
      ),
    );
  });

  test.each<[string, Asked, string]>([
    ["no vault", { parameters: { keyvaultName: "" } }, failed("keyvaultName is not provided")],
    ["no tenant", { parameters: { tenantId: "" } }, failed("tenantId is not provided")],
    ["no objects", { parameters: { objects: "" } }, failed("objects is not set")],
    [
      "a vault by its address",
      { parameters: { keyvaultName: "contoso.vault.azure.net" } },
      failed('failed to get vault: Invalid vault name: "contoso.vault.azure.net", must match [-a-zA-Z0-9]{3,24}'),
    ],
    [
      "no identity",
      { parameters: { clientID: "" } },
      failed("failed to get credentials, nodePublishSecretRef secret is not set"),
    ],
    [
      "the identity of the nodes",
      { parameters: { useVMManagedIdentity: "true" } },
      failed("the simulated driver signs in with workload identity only: set clientID, and no other identity"),
    ],
    [
      "no token of the pod",
      { tokens: "" },
      failed("failed to parse workload identity tokens, error: service account tokens not found"),
    ],
    [
      "a token of the pod for another audience",
      { tokens: "{}" },
      failed(`failed to parse workload identity tokens, error: token for audience ${audience} not found`),
    ],
    [
      "an object of another type",
      { objects: [{ objectName: "a", objectType: "configmap" }] },
      failed(
        "failed to get objectType:configmap, objectName:a, objectVersion:: Invalid vaultObjectTypes. Should be secret, key, or cert",
      ),
    ],
    ...["/etc/a", "../a"].map((objectAlias): [string, Asked, string] => [
      `a file outside the volume: ${objectAlias}`,
      { objects: [{ objectName: "a", objectType: "secret", objectAlias }] },
      failed(
        `failed to get objectType:secret, objectName:a, objectVersion:: file name must ${objectAlias.startsWith("/") ? "be a relative path" : "not contain '..'"}`,
      ),
    ]),
    [
      "another provider",
      { provider: "vault" },
      '2: error connecting to provider "vault": provider not found: provider "vault"',
    ],
    ["no provider", { provider: "" }, "2: provider not set in apps/class"],
    ["a volume that is not read-only", { readonly: false }, "2: Readonly is not true in request"],
    ["no class", { volumeClass: "" }, "2: secretProviderClass is not set"],
    [
      "a class that does not exist",
      { volumeClass: "nothing" },
      '2: failed to get secretproviderclass apps/nothing, error: SecretProviderClass.secrets-store.csi.x-k8s.io "nothing" not found',
    ],
  ])("the class has %s", async (_, asked, message) => {
    expect(await refusal(asked)).toBe(message);
  });

  test("the objects are not YAML", async () => {
    expect(await refusal({ parameters: { objects: "array: [" } })).toMatch(
      /failed to mount objects, error: failed to yaml unmarshal objects, error: /,
    );
    expect(await refusal({ parameters: { objects: "array: {}" } })).toBe("mounted");
    mounted.clear();
  });
});

describe("the doctor explains the driver's messages", () => {
  /** The causes that the doctor sees in the kubelet's event about a refusal. */
  const causes = async (asked: Asked) => {
    const said = (await refusal(asked)).replace(/^2: /, "");
    const words = `MountVolume.SetUp failed for volume "key-vault" : rpc error: code = Unknown desc = ${said}`;
    return diagnose(creating("FailedMount", words)).findings.map(({ code }) => code);
  };
  const secretOf = (keyvaultName: string, objectName = "database") => ({
    parameters: { keyvaultName },
    objects: [{ objectName, objectType: "secret" }],
  });

  test("a wrong subject, or a token for another audience", async () => {
    const stranger = await trusting("stranger", "system:serviceaccount:apps:stranger");
    const clientID = stranger.clientId;
    expect(await causes({ parameters: { clientID } })).toEqual(["workload-identity-not-federated"]);
    const tokens = JSON.stringify({ [audience]: { token: await podToken("https://kubernetes.default.svc") } });
    expect(await causes({ tokens })).toEqual(["workload-identity-not-federated"]);
  });

  test("a role that is missing or has not propagated yet", async () => {
    const id = `${vaults}/young`;
    const { tenantId } = environment.azure.deployer;
    const properties = { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true };
    await arm(environment.azure, "PUT", id, "2023-07-01", { location: "westeurope", properties });
    expect(await causes(secretOf("young"))).toEqual(["azure-role-missing"]);
    await simulation(environment.azure, "PUT", "delays", { grantPropagationSeconds: 600 });
    await giveRole(environment.azure, id, identity.principalId, secretsUser);
    expect(await causes(secretOf("young"))).toEqual(["azure-role-missing"]);
    await simulation(environment.azure, "PUT", "delays", { grantPropagationSeconds: 0 });
  });

  test("a secret or a vault that does not exist, and a vault that does not admit the node", async () => {
    expect(await causes(secretOf("contoso", "nothing"))).toEqual(["key-vault-secret-missing"]);
    expect(await causes(secretOf("contosa"))).toEqual(["key-vault-unreachable"]);
    const { tenantId } = environment.azure.deployer;
    await arm(environment.azure, "PUT", `${vaults}/walled`, "2023-07-01", {
      location: "westeurope",
      properties: {
        ...{ tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
        networkAcls: { bypass: "None", defaultAction: "Deny" },
      },
    });
    expect(await causes(secretOf("walled"))).toEqual(["key-vault-unreachable"]);
  });
});

test.each<[object, string]>([
  [{ secretName: "", type: "Opaque", data: [{ objectName: "database", key: "A" }] }, "secret name is empty"],
  [{ secretName: "s", type: "", data: [{ objectName: "database", key: "A" }] }, "secret type is empty"],
  [{ secretName: "s", type: "Opaque", data: [] }, "data is empty"],
  [
    { secretName: "s", type: "Opaque", data: [{ objectName: "nothing", key: "A" }] },
    "file matching objectName nothing not found in the pod",
  ],
])("a Secret that cannot be created leaves the volume as it is: %j", async (secretObject, problem) => {
  const said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  await publish({ pod: "unsynced", secretObjects: [secretObject] });
  expect(said.mock.calls.join()).toContain(`FailedToCreateSecret of apps/unsynced: ${problem}`);
  said.mockRestore();
  mounted.clear();
});

describe("rotation", () => {
  const synced = () => environment.kubernetes.secretsOfPods["apps/rotating/synced"]?.data?.A;
  const asked: Asked = {
    pod: "rotating",
    objects: [{ objectName: "database", objectType: "secret" }],
    secretObjects: [{ secretName: "synced", type: "Opaque", data: [{ objectName: "database", key: "A" }] }],
  };
  const encoded = (text: string) => Buffer.from(text).toString("base64");

  test("changes the files and the Secret of a running pod, once the interval has passed", async () => {
    await putCluster({ enableSecretRotation: "true", rotationPollInterval: "1s" });
    await putSecret("database", "old");
    const file = join(await publish(asked), "database");
    await putSecret("database", "new");
    await publish(asked);
    expect([readFileSync(file, "utf8"), synced()]).toEqual(["old", encoded("old")]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await publish({ ...asked, objects: [...(asked.objects ?? []), { objectName: "other", objectType: "secret" }] });
    expect([readFileSync(file, "utf8"), synced()]).toEqual(["new", encoded("new")]);
    expect(readdirSync(volumeOf("rotating")).filter((name) => !name.startsWith(".."))).toEqual(["database", "other"]);
  });

  test("keeps what a pod has when the vault refuses", async () => {
    const said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await publish({ ...asked, parameters: { keyvaultName: "contosa" } });
    expect(readFileSync(join(volumeOf("rotating"), "database"), "utf8")).toBe("new");
    expect(said.mock.calls.join()).toContain("no such host");
    said.mockRestore();
    await publish(asked);
    expect(readdirSync(volumeOf("rotating")).filter((name) => !name.startsWith(".."))).toEqual(["database"]);
  });

  test("leaves a running pod alone when it is off", async () => {
    await putCluster({ enableSecretRotation: "false" });
    await putSecret("database", "newest");
    await publish(asked);
    expect(readFileSync(join(volumeOf("rotating"), "database"), "utf8")).toBe("new");
  });

  test.each([
    ["2m", 120_000],
    ["1h30m", 5_400_000],
    ["10s", 10_000],
    ["soon", undefined],
  ])("every %s is %s ms", (interval, milliseconds) => {
    expect(intervalMilliseconds(interval)).toBe(milliseconds);
  });
});
