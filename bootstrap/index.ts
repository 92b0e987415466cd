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
import { readStackSettings } from "./bootstrapSettings.ts";
import { commands } from "./githubVariables.ts";
import { deployRights, previewRights } from "./ciRights.ts";
import { ciRoles } from "./ciRoles.ts";
import { SecretsKeys } from "./secretsKeys.ts";
import { StateStore } from "./stateStore.ts";

const settings = readStackSettings();
const { environments, location, locked } = settings;
const tags = { ...settings.tags, "managed-by": "tarmac-bootstrap" };
const azure = getClientConfigOutput();

const group = new ResourceGroup("bootstrap", { resourceGroupName: settings.resourceGroupName, location, tags });
const here = { resourceGroupName: group.name, location, tags };

const state = new StateStore("tarmacstate", {
  ...here,
  locked,
  accountName: settings.storageAccountName,
  retentionDays: settings.retentionDays,
});
const keyring = new SecretsKeys("tarmac-keys", {
  ...here,
  locked,
  vaultName: settings.vaultName,
  tenantId: azure.tenantId,
  environments,
});

// Administrators of state and keys: they import states, create stacks and eventually delete everything.
grantToEach("admin-state", { scope: state.containerId, role: ciRoles.blobContributor }, settings.admins, {
  parent: group,
});
grantToEach("admin-keys", { scope: keyring.vaultId, role: ciRoles.keyOfficer }, settings.admins, { parent: group });

const subscriptionId = (environment: string) => settings.subscriptions[environment] ?? azure.subscriptionId;
const subscriptionOf = (environment: string) => pulumi.interpolate`/subscriptions/${subscriptionId(environment)}`;
/** `repo:OWNER/NAME:...`, the subject (`sub`) of a token of the repository's workflows. */
const subject = (what: string) => `repo:${settings.repository}:${what}`;

const preview = new CiIdentity("tarmac-preview", {
  ...here,
  issuer: settings.issuer,
  subjects: { "pull-request": subject("pull_request"), drift: subject(`ref:refs/heads/${settings.branch}`) },
  rights: previewRights(
    state.containerId,
    // Once per subscription, even if several environments share it.
    Object.fromEntries(
      environments.map((environment) => [settings.subscriptions[environment] ?? "here", subscriptionOf(environment)]),
    ),
    Object.fromEntries(settings.previewed.map((environment) => [environment, keyOf(environment).id])),
  ),
});
const deploy = Object.fromEntries(
  environments.map((environment) => [
    environment,
    new CiIdentity(`tarmac-deploy-${environment}`, {
      ...here,
      issuer: settings.issuer,
      subjects: { environment: subject(`environment:${environment}`) },
      rights: deployRights({
        environment,
        project: settings.project,
        containerId: state.containerId,
        keyId: keyOf(environment).id,
        subscriptionId: subscriptionOf(environment),
      }),
    }),
  ]),
);

function keyOf(environment: string) {
  const key = keyring.keys[environment];
  if (key === undefined) throw new Error(`environment ${environment} has no key`);
  return key;
}

/** Backend URL for `pulumi login`. */
export const backendUrl = state.backendUrl;
/** Secrets providers by environment, for `pulumi stack init --secrets-provider`. */
export const secretsProviders = Object.fromEntries(
  Object.entries(keyring.keys).map(([environment, key]) => [environment, key.secretsProvider]),
);
/** Variables of the repository: the preview workflow signs in with them. */
export const repositoryVariables = {
  AZURE_PREVIEW_CLIENT_ID: preview.clientId,
  AZURE_TENANT_ID: azure.tenantId,
  AZURE_SUBSCRIPTION_ID: azure.subscriptionId,
  PULUMI_BACKEND_URL: backendUrl,
};
/** Variables of each environment: its deployments sign in with them. */
export const environmentVariables = Object.fromEntries(
  environments.map((environment) => [
    environment,
    {
      AZURE_CLIENT_ID: deploy[environment]?.clientId ?? "",
      AZURE_SUBSCRIPTION_ID: subscriptionId(environment),
    },
  ]),
);
/** The same variables as `gh` commands. */
export const githubCommands = commands(settings.repository, repositoryVariables, environmentVariables);
