/**
 * Resources that must exist before the first deployment: storage for the state, encryption keys for its secrets, and the
 * identities that CI signs in to. A person with the role Owner runs this program, rarely: see docs/bootstrap.md.
 */
import "../program/engineGone.ts";
import * as pulumi from "@pulumi/pulumi";
import { getClientConfigOutput } from "@pulumi/azure-native/authorization/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { grantToEach } from "@tarmac/components/azure/grantees";
import { CiIdentity } from "./ciIdentity.ts";
import { readStackSettings, refuseOwnSubscription } from "./bootstrapSettings.ts";
import { deployRights, purgeRights, readRights } from "./ciRights.ts";
import { ciRoles } from "./ciRoles.ts";
import { customResourceReader } from "./customResourceReader.ts";
import { ownName } from "./externalNames.ts";
import { SecretsKeys } from "./secretsKeys.ts";
import { StateStore } from "./stateStore.ts";

const settings = readStackSettings();
const { environments, location, locked } = settings;
const tags = { ...settings.tags, "managed-by": "tarmac-bootstrap" };
const azure = getClientConfigOutput();
const ownSubscription = azure.subscriptionId.apply((id) => refuseOwnSubscription(settings, id));

const group = new ResourceGroup("bootstrap", { resourceGroupName: settings.resourceGroupName, location, tags });
const here = { resourceGroupName: group.name, location, tags };

const state = new StateStore("tarmacstate", {
  ...here,
  locked,
  accountName: settings.storageAccountName,
  retentionDays: settings.retentionDays,
  environments,
});
const keyring = new SecretsKeys("tarmac-keys", {
  ...here,
  locked,
  vaultName: settings.vaultName,
  tenantId: azure.tenantId,
  names: [ownName, ...environments],
});

// Administrators of state and keys: they import states, create stacks and eventually delete everything.
for (const [short, { id }] of [["state", state.own] as const, ...entriesOf("state-", state.containers)])
  grantToEach(`admin-${short}`, { scope: id, role: ciRoles.blobContributor }, settings.admins, { parent: group });
grantToEach("admin-keys", { scope: keyring.vaultId, role: ciRoles.keyOfficer }, settings.admins, { parent: group });

const subscriptionId = (environment: string) => settings.subscriptions[environment] ?? ownSubscription;
const subscriptionOf = (environment: string) => pulumi.interpolate`/subscriptions/${subscriptionId(environment)}`;
/** OWNER/NAME of the repository. */
export const repository = settings.repository.replace(/@\d+/g, "");
const readsCustomResources = customResourceReader("tarmac-custom-resources", {
  repository,
  subscriptions: [subscriptionOf(environments[0] ?? ""), ...environments.slice(1).map(subscriptionOf)],
});
/** Rights to read what belongs to these environments. */
const reading = (names: readonly string[]) =>
  readRights({
    containers: Object.fromEntries(names.map((name) => [name, containerOf(name).id])),
    keys: Object.fromEntries(names.map((name) => [name, keyOf(name).id])),
    // Once per subscription, even if several environments share it.
    subscriptions: subscriptionsOf(names),
    customResourceReader: readsCustomResources,
  });
/** Resource ids of environments' subscriptions, by short name. */
const subscriptionsOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [settings.subscriptions[name] ?? "here", subscriptionOf(name)]));
/** `repo:OWNER/NAME:...`, the subject (`sub`) of a token of the repository's workflows. */
const subject = (what: string) => `repo:${settings.repository}:${what}`;

// Previews run unreviewed code.
const preview = new CiIdentity("tarmac-preview", {
  ...here,
  issuer: settings.issuer,
  subjects: { "pull-request": subject("pull_request") },
  rights: reading(settings.previewed),
});
// Runs the branch's own code, so it may look at every environment.
const drift = new CiIdentity("tarmac-drift", {
  ...here,
  issuer: settings.issuer,
  subjects: { drift: subject(`ref:refs/heads/${settings.branch}`) },
  rights: reading(environments),
});
// Which images are in use, every environment tells.
const purge =
  settings.purged.length === 0
    ? undefined
    : new CiIdentity("tarmac-purge", {
        ...here,
        issuer: settings.issuer,
        subjects: { purge: subject(`ref:refs/heads/${settings.branch}`) },
        rights: { ...reading(environments), ...purgeRights(subscriptionsOf(settings.purged)) },
      });
const deploy = Object.fromEntries(
  environments.map((environment) => [
    environment,
    new CiIdentity(`tarmac-deploy-${environment}`, {
      ...here,
      issuer: settings.issuer,
      subjects: { environment: subject(`environment:${environment}`) },
      rights: deployRights({
        containerId: containerOf(environment).id,
        keyId: keyOf(environment).id,
        subscriptionId: subscriptionOf(environment),
        imagesFromId: imagesFromOf(environment),
      }),
    }),
  ]),
);

/** Where one subscription holds both, Contributor includes it. */
function imagesFromOf(environment: string) {
  const from = settings.imagesFrom[environment];
  if (from === undefined || !environments.includes(from)) return undefined;
  return settings.subscriptions[from] === settings.subscriptions[environment] ? undefined : subscriptionOf(from);
}

function keyOf(name: string) {
  const key = keyring.keys[name];
  if (key === undefined) throw new Error(`${name} has no key`);
  return key;
}

function containerOf(environment: string) {
  const container = state.containers[environment];
  if (container === undefined) throw new Error(`environment ${environment} has no container`);
  return container;
}

function entriesOf<T>(prefix: string, values: Record<string, T>): [string, T][] {
  return Object.entries(values).map(([key, value]) => [`${prefix}${key}`, value]);
}

/** Backend URL for `pulumi login`, for the state of this program. */
export const backendUrl = state.own.backendUrl;
/** Secrets provider for this program. */
export const secretsProvider = keyOf(ownName).secretsProvider;
/** Backend URLs for `pulumi login`, by environment. */
export const backendUrls = Object.fromEntries(environments.map((name) => [name, containerOf(name).backendUrl]));
/** Secrets providers by environment, for `pulumi stack init --secrets-provider`. */
export const secretsProviders = Object.fromEntries(environments.map((name) => [name, keyOf(name).secretsProvider]));
/** Object ids of the deploying identities by environment, for `clusterAdmins` in the stack files. */
export const deployers = Object.fromEntries(environments.map((name) => [name, deploy[name]?.objectId ?? ""]));
/** Variables of the repository: previews, the drift check and the deletion of old images sign in with them. */
export const repositoryVariables = {
  AZURE_PREVIEW_CLIENT_ID: preview.clientId,
  AZURE_DRIFT_CLIENT_ID: drift.clientId,
  AZURE_TENANT_ID: azure.tenantId,
  AZURE_SUBSCRIPTION_ID: ownSubscription,
  PULUMI_BACKEND_URLS: pulumi.jsonStringify(backendUrls),
  PREVIEWED: JSON.stringify(settings.previewed),
  ...(purge && { AZURE_PURGE_CLIENT_ID: purge.clientId, PURGED: JSON.stringify(settings.purged) }),
};
/** Variables of each environment: its deployments sign in with them. */
export const environmentVariables = Object.fromEntries(
  environments.map((environment) => [
    environment,
    {
      AZURE_CLIENT_ID: deploy[environment]?.clientId ?? "",
      AZURE_SUBSCRIPTION_ID: subscriptionId(environment),
      PULUMI_BACKEND_URL: containerOf(environment).backendUrl,
    },
  ]),
);
