import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { customResourceGroups } from "../../../bootstrap/customResourceReader.ts";
import { onlyTheseApiGroups, onlyTheseRoles } from "../../../bootstrap/roleConditions.ts";
import { assignable } from "../../../bootstrap/ciRights.ts";
import { ciRoles } from "../../../bootstrap/ciRoles.ts";
import { guid, keyVersion, subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, unknown, valueOf, type CloudOptions, type Registered } from "../pulumiMocks.ts";

const types = {
  account: "azure-native:storage:StorageAccount",
  assignment: "azure-native:authorization:RoleAssignment",
  container: "azure-native:storage:BlobContainer",
  credential: "azure-native:managedidentity:FederatedIdentityCredential",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
  key: "azure-native:keyvault:Key",
  cleanup: "azure-native:storage:ManagementPolicy",
  lock: "azure-native:authorization:ManagementLockByScope",
  role: "azure-native:authorization:RoleDefinition",
  vault: "azure-native:keyvault:Vault",
  versions: "azure-native:storage:BlobServiceProperties",
};

const imported = new Map<string, unknown>();
/** Loads and runs the program. Its imports are loaded only once, because that takes a second. */
async function program(): Promise<Record<string, unknown>> {
  let exported: Record<string, unknown> = {};
  await jest.isolateModulesAsync(async () => {
    for (const [path, loaded] of imported) jest.doMock(path, () => loaded);
    exported = await import("../../../bootstrap/index.ts");
  });
  return exported;
}

async function run(settings: Record<string, unknown>, options: CloudOptions = {}) {
  const cloud = await mockCloud(options);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [
        `tarmac:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );
  const exported = await program();
  const resources = await cloud.settled();
  const outputs = Object.fromEntries(
    await Promise.all(
      Object.entries(exported).map(async ([key, value]) => [key, await valueOf(pulumi.output(value))] as const),
    ),
  );
  return { resources, outputs };
}
type Run = Awaited<ReturnType<typeof run>>;

const otherSubscription = "0f8fad5b-d9cb-469f-a165-70867728950e";
const two = { repository: "contoso/hello", environments: ["dev", "prod"], shareSubscriptions: true };
let update: Run;
let preview: Run;
let adjusted: Run;
beforeAll(async () => {
  for (const [, path = ""] of readFileSync("bootstrap/index.ts", "utf8").matchAll(/ (?:from )?"(.+)";$/gm)) {
    const fromHere = path.replace(/^\.\.\//, "../../../").replace(/^\.\/(?!\.)/, "../../../bootstrap/");
    imported.set(fromHere, await import(fromHere));
  }
  update = await run(two);
  preview = await run(two, { preview: true });
  adjusted = await run({
    ...{
      ...two,
      repository: "contoso@5544/hello@821093",
      subscriptions: { prod: otherSubscription },
      previewed: ["dev"],
      purged: ["prod"],
      imagesFrom: { prod: "dev" },
    },
    ...{ branch: "trunk", location: "northeurope", resourceGroupName: "platform", locked: false },
    ...{ storageAccountName: "contosostate", vaultName: "contoso-keys", retentionDays: 90, tags: { team: "a" } },
    ...{ admins: { [guid("platform")]: "Group" }, issuer: "https://token.example.com/contoso" },
  });
}, 60_000);

/** Rights to read what belongs to these environments. */
const reading = (identity: string, ...environments: string[]) =>
  [
    ...environments.flatMap((environment) => [`state-${environment}`, `key-${environment}`]),
    ...["read-here", "kubeconfig-here", "cluster-here", "custom-here"],
  ].map((right) => `${types.assignment}::${identity}-${right}`);
/** The resources of one environment: its state, its key, its identity and the identity's rights. */
const ofEnvironment = (name: string) => [
  `${types.container}::tarmacstate-${name}`,
  `${types.assignment}::admin-state-${name}-deployer`,
  `${types.key}::tarmac-keys-${name}`,
  `${types.identity}::tarmac-deploy-${name}`,
  `${types.credential}::tarmac-deploy-${name}-environment`,
  ...["state", "key", "resources", "roles"].map((right) => `${types.assignment}::tarmac-deploy-${name}-${right}`),
  `tarmac:bootstrap:CiIdentity::tarmac-deploy-${name}`,
];
const everything = [
  "azure-native:resources:ResourceGroup::bootstrap",
  "tarmac:bootstrap:StateStore::tarmacstate",
  `${types.account}::tarmacstate`,
  `${types.versions}::tarmacstate-versions`,
  `${types.container}::tarmacstate-container`,
  `${types.lock}::tarmacstate-lock`,
  "tarmac:bootstrap:SecretsKeys::tarmac-keys",
  `${types.cleanup}::tarmacstate-cleanup`,
  `${types.vault}::tarmac-keys-`,
  `${types.key}::tarmac-keys-bootstrap`,
  `${types.lock}::tarmac-keys-lock`,
  `${types.role}::tarmac-custom-resources`,
  `${types.assignment}::admin-state-deployer`,
  `${types.assignment}::admin-keys-deployer`,
  "tarmac:bootstrap:CiIdentity::tarmac-preview",
  `${types.identity}::tarmac-preview`,
  `${types.credential}::tarmac-preview-pull-request`,
  ...reading("tarmac-preview", "dev"),
  "tarmac:bootstrap:CiIdentity::tarmac-drift",
  `${types.identity}::tarmac-drift`,
  `${types.credential}::tarmac-drift-drift`,
  ...reading("tarmac-drift", "dev", "prod"),
  ...ofEnvironment("dev"),
  ...ofEnvironment("prod"),
].sort();

test("creates exactly these resources, and previews the same", () => {
  expect(labels(update.resources)).toEqual(everything);
  expect(labels(preview.resources)).toEqual(everything);
});

test("keeps the state with all its versions in an account that allows Entra sign-in only", () => {
  expect(only(update.resources, types.account).inputs).toMatchObject({
    kind: "StorageV2",
    sku: { name: "Standard_ZRS" },
    allowBlobPublicAccess: false,
    allowSharedKeyAccess: false,
    allowCrossTenantReplication: false,
    isLocalUserEnabled: false,
    enableHttpsTrafficOnly: true,
    minimumTlsVersion: "TLS1_2",
  });
  expect(only(update.resources, types.versions).inputs).toMatchObject({
    blobServicesName: "default",
    isVersioningEnabled: true,
    deleteRetentionPolicy: { enabled: true, days: 30 },
    containerDeleteRetentionPolicy: { enabled: true, days: 30 },
  });
  // An identity that may write blobs may also delete the container, so every identity could delete a shared one.
  const containers = update.resources.filter(({ type }) => type === types.container);
  expect(containers.map(({ inputs }) => [inputs.containerName, inputs.publicAccess])).toEqual([
    ["pulumi-state", "None"],
    ["pulumi-state-dev", "None"],
    ["pulumi-state-prod", "None"],
  ]);
  for (const { dependencies } of containers) expect(dependencies).toContain(`${types.versions}::tarmacstate-versions`);
});

test("deletes previous versions after the time for which they can be restored, and nothing else", () => {
  const rules = (run: Run) => (only(run.resources, types.cleanup).inputs.policy as { rules: unknown[] }).rules;
  const rule = (days: number) => ({
    name: "delete-previous-versions",
    type: "Lifecycle",
    enabled: true,
    definition: {
      filters: { blobTypes: ["blockBlob"] },
      actions: { version: { delete: { daysAfterCreationGreaterThan: days } } },
    },
  });
  expect([rules(update), rules(adjusted)]).toEqual([[rule(30)], [rule(90)]]);
});

test("keeps keys that cannot be purged, in a vault with access by roles", () => {
  expect(only(update.resources, types.vault).inputs).toMatchObject({
    properties: {
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 90,
      tenantId: guid("tenant"),
    },
  });
  expect(only(update.resources, types.key, "tarmac-keys-prod").inputs).toMatchObject({
    keyName: "prod",
    properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] },
  });
});

test("protects state and keys with Azure locks and Pulumi's protect, unless locked is false", () => {
  const held = [types.account, types.container, types.vault, types.key];
  const ofTypes = ({ resources }: Run) => resources.filter(({ type }) => held.includes(type));
  expect(ofTypes(update).map(({ protect }) => protect)).toEqual(Array(8).fill(true));
  expect(ofTypes(adjusted).map(({ protect }) => protect)).toEqual(Array(8).fill(false));
  const locks = update.resources.filter(({ type }) => type === types.lock);
  expect(locks.map(({ inputs }) => inputs.level)).toEqual(["CanNotDelete", "CanNotDelete"]);
  expect(adjusted.resources.filter(({ type }) => type === types.lock)).toEqual([]);
});

/** Rights of an identity by short name: role and scope, without the condition. */
const rightsOf = ({ resources }: Run, identity: string) =>
  Object.fromEntries(
    resources
      .filter(({ type, name }) => type === types.assignment && name.startsWith(`${identity}-`))
      .map(({ name, inputs }): [string, unknown] => {
        expect(inputs).toMatchObject({ principalId: guid(`principal ${identity}`), principalType: "ServicePrincipal" });
        const role = String(inputs.roleDefinitionId).split("/").at(-1);
        return [name.slice(identity.length + 1), { role, scope: inputs.scope }];
      }),
  );
const storage = (account: string, group: string, environment?: string) =>
  `${subscription}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${account}/blobServices/default/containers/pulumi-state${environment === undefined ? "" : `-${environment}`}`;
const key = (vault: string, name: string, group: string) =>
  `${subscription}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/${vault}/keys/${name}`;
const containerId = (environment: string) => storage("tarmacstate1a2b3c4d", "tarmac-bootstrap", environment);
const keyId = (name: string) => key("tarmac-keys-1a2b3c4d", name, "tarmac-bootstrap");

const customRole = ({ resources }: Run) => only(resources, types.role).inputs.roleDefinitionId;

test("makes a role that reads custom resources, and nothing else, in every subscription", () => {
  const { inputs } = only(adjusted.resources, types.role);
  expect(inputs).toMatchObject({
    ...{ roleType: "CustomRole", roleName: "tarmac custom resource reader (contoso/hello)", scope: subscription },
    assignableScopes: [`/subscriptions/${otherSubscription}`, subscription].sort(),
    permissions: [
      {
        ...{ actions: [], notActions: [], notDataActions: [] },
        dataActions: ["Microsoft.ContainerService/managedClusters/customresources/read"],
      },
    ],
  });
  const assigned = only(adjusted.resources, types.assignment, `tarmac-drift-custom-${otherSubscription}`).inputs;
  expect(assigned).toMatchObject({ condition: onlyTheseApiGroups(customResourceGroups), conditionVersion: "2.0" });
});

test("lets previews and the drift check only read and decrypt, and previews nothing of prod", () => {
  const everywhere = {
    "read-here": { role: ciRoles.reader, scope: subscription },
    "kubeconfig-here": { role: ciRoles.clusterUser, scope: subscription },
    "cluster-here": { role: ciRoles.clusterReader, scope: subscription },
    "custom-here": { role: customRole(update), scope: subscription },
  };
  const of = (name: string) => ({
    [`state-${name}`]: { role: ciRoles.blobReader, scope: containerId(name) },
    [`key-${name}`]: { role: ciRoles.keyUser, scope: keyId(name) },
  });
  expect(rightsOf(update, "tarmac-preview")).toEqual({ ...everywhere, ...of("dev") });
  expect(rightsOf(update, "tarmac-drift")).toEqual({ ...everywhere, ...of("dev"), ...of("prod") });
});

test("creates an identity that deletes images only on request: it reads everything, and deletes only images", () => {
  expect(labels(update.resources).join()).not.toContain("tarmac-purge");
  const { [`delete-images-${otherSubscription}`]: deletes, ...reads } = rightsOf(adjusted, "tarmac-purge");
  expect(deletes).toEqual({ role: ciRoles.imageDeleter, scope: `/subscriptions/${otherSubscription}` });
  expect(reads).toEqual(rightsOf(adjusted, "tarmac-drift"));
  expect(only(adjusted.resources, types.credential, "tarmac-purge-purge").inputs.subject).toBe(
    "repo:contoso@5544/hello@821093:ref:refs/heads/trunk",
  );
  expect(adjusted.outputs.repositoryVariables).toMatchObject({
    AZURE_PURGE_CLIENT_ID: guid("client tarmac-purge"),
    PURGED: '["prod"]',
  });
});

test("lets a deploying identity do everything in its subscription, except write other states and grant other roles", () => {
  expect(rightsOf(update, "tarmac-deploy-dev")).toEqual({
    state: { role: ciRoles.blobContributor, scope: containerId("dev") },
    key: { role: ciRoles.keyUser, scope: keyId("dev") },
    resources: { role: ciRoles.contributor, scope: subscription },
    roles: { role: ciRoles.roleAdministrator, scope: subscription },
  });
  const condition = (name: string) => only(update.resources, types.assignment, `tarmac-deploy-${name}`).inputs;
  expect(condition("dev-roles")).toMatchObject({ condition: onlyTheseRoles(assignable), conditionVersion: "2.0" });
  for (const name of ["dev-state", "dev-key", "dev-resources"]) expect(condition(name)).not.toHaveProperty("condition");
});

test("uses the settings for subscriptions, previewed environments, administrators and names", () => {
  const other = `/subscriptions/${otherSubscription}`;
  expect(rightsOf(adjusted, "tarmac-deploy-prod")).toMatchObject({
    resources: { scope: other },
    roles: { scope: other },
    state: { scope: storage("contosostate", "platform", "prod") },
    key: { scope: key("contoso-keys", "prod", "platform") },
    // Where both share a subscription, Contributor has it.
    images: { scope: subscription, role: ciRoles.imageImporter },
  });
  expect(Object.keys(rightsOf(adjusted, "tarmac-preview")).sort()).toEqual([
    ...["cluster-here", "custom-here", "key-dev", "kubeconfig-here", "read-here", "state-dev"],
  ]);
  expect(Object.keys(rightsOf(adjusted, "tarmac-drift")).sort()).toEqual([
    ...[
      `cluster-${otherSubscription}`,
      "cluster-here",
      `custom-${otherSubscription}`,
      "custom-here",
      "key-dev",
      "key-prod",
      `kubeconfig-${otherSubscription}`,
    ],
    ...["kubeconfig-here", `read-${otherSubscription}`, "read-here", "state-dev", "state-prod"],
  ]);
  const [state, keys] = ["state", "keys"].map((what) =>
    only(adjusted.resources, types.assignment, `admin-${what}-${guid("platform")}`),
  ) as [Registered, Registered];
  expect(state.inputs).toMatchObject({ principalType: "Group", scope: storage("contosostate", "platform") });
  expect(String(keys.inputs.roleDefinitionId)).toContain(ciRoles.keyOfficer);
  expect(only(adjusted.resources, types.account).inputs).toMatchObject({
    location: "northeurope",
    tags: { team: "a", "managed-by": "tarmac-bootstrap" },
  });
  expect(only(adjusted.resources, types.versions).inputs).toMatchObject({ deleteRetentionPolicy: { days: 90 } });
});

test("trusts the tokens of exactly these runs", () => {
  const subjects = ({ resources }: Run) =>
    Object.fromEntries(
      resources.filter(({ type }) => type === types.credential).map(({ name, inputs }) => [name, inputs.subject]),
    );
  expect(subjects(update)).toEqual({
    "tarmac-preview-pull-request": "repo:contoso/hello:pull_request",
    "tarmac-drift-drift": "repo:contoso/hello:ref:refs/heads/main",
    "tarmac-deploy-dev-environment": "repo:contoso/hello:environment:dev",
    "tarmac-deploy-prod-environment": "repo:contoso/hello:environment:prod",
  });
  expect(subjects(adjusted)).toMatchObject({
    "tarmac-drift-drift": "repo:contoso@5544/hello@821093:ref:refs/heads/trunk",
    "tarmac-deploy-prod-environment": "repo:contoso@5544/hello@821093:environment:prod",
  });
  const drift = only(update.resources, types.credential, "tarmac-drift-drift");
  expect(drift.inputs).toMatchObject({
    issuer: "https://token.actions.githubusercontent.com",
    audiences: ["api://AzureADTokenExchange"],
  });
});

test("outputs what the repository, the stacks and the stack files need", () => {
  const client = (name: string) => guid(`client ${name}`);
  const here = subscription.replace("/subscriptions/", "");
  const url = (environment: string) => `azblob://pulumi-state-${environment}?storage_account=tarmacstate1a2b3c4d`;
  const provider = (name: string) => `azurekeyvault://tarmac-keys-1a2b3c4d.vault.azure.net/keys/${name}/${keyVersion}`;
  const variablesOf = (name: string) => ({
    AZURE_CLIENT_ID: client(`tarmac-deploy-${name}`),
    AZURE_SUBSCRIPTION_ID: here,
    PULUMI_BACKEND_URL: url(name),
  });
  expect(update.outputs).toEqual({
    repository: "contoso/hello",
    backendUrl: "azblob://pulumi-state?storage_account=tarmacstate1a2b3c4d",
    secretsProvider: provider("bootstrap"),
    backendUrls: { dev: url("dev"), prod: url("prod") },
    secretsProviders: { dev: provider("dev"), prod: provider("prod") },
    deployers: { dev: guid("principal tarmac-deploy-dev"), prod: guid("principal tarmac-deploy-prod") },
    repositoryVariables: {
      AZURE_PREVIEW_CLIENT_ID: client("tarmac-preview"),
      AZURE_DRIFT_CLIENT_ID: client("tarmac-drift"),
      AZURE_TENANT_ID: guid("tenant"),
      AZURE_SUBSCRIPTION_ID: here,
      PULUMI_BACKEND_URLS: JSON.stringify({ dev: url("dev"), prod: url("prod") }),
      PREVIEWED: '["dev"]',
    },
    environmentVariables: { dev: variablesOf("dev"), prod: variablesOf("prod") },
  });
  // Ids in the subject of tokens are not part of the name.
  expect(adjusted.outputs.repository).toBe("contoso/hello");
  expect(preview.outputs.backendUrl).toBe(unknown);
});
