/**
 * The settings of the bootstrap program: reads and checks all of them before anything is created.
 *
 * Stack files (`bootstrap/Pulumi.STACK.yaml`) set them as `tarmac-bootstrap:KEY`.
 */
import * as pulumi from "@pulumi/pulumi";
import type { PrincipalType } from "@tarmac/components/azure/builtInRoles";
import { isDefault, principalsProblem, range } from "@tarmac/settings/allowedValues";
import { readDeclared, SettingsError, stackSource, type ValuesOf } from "@tarmac/settings/readDeclared";
import { locationProblem } from "@tarmac/validate/azureRegions";
import { allowing, eachProblem } from "@tarmac/validate/valueCheck";
import { resourceGroupNameProblem, subscriptionIdProblem } from "@tarmac/validate/azureNames";
import { closest, flag, integer, list, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { tagsProblem } from "@tarmac/validate/tags";
import {
  branchProblem,
  environmentsProblem,
  issuerProblem,
  repositoryProblem,
  storageAccountNameProblem,
  vaultNameProblem,
} from "./externalNames.ts";

/** Every setting, in the order of bootstrap/Pulumi.yaml. */
export const settings = {
  repository: optionalText({
    description:
      "GitHub repository whose workflows sign in: OWNER/NAME, or OWNER@ID/NAME@ID if its tokens contain ids (docs/bootstrap.md shows how to check).",
    problem: allowing("`OWNER/NAME` or `OWNER@ID/NAME@ID`", repositoryProblem),
  }),
  environments: list({
    default: ["dev", "staging", "prod"],
    description:
      'Environments of that repository, each with its own deploying identity, state and encryption key. A stack has the name of its environment, or ENVIRONMENT-SUFFIX. Add "sandbox" for sandboxes of pull requests.',
    problem: environmentsProblem,
  }),
  subscriptions: map<string>({
    default: {},
    description:
      "Azure subscription ids by environment, each a different one, and none that of the bootstrap: only separate subscriptions isolate environments from each other.",
    problem: (subscriptions) => eachProblem(Object.values(subscriptions), (id) => subscriptionIdProblem(String(id))),
  }),
  shareSubscriptions: flag({
    default: false,
    description:
      "Allow environments without a subscription of their own. Whoever can deploy one of them can then act as the others, and read and change their state.",
  }),
  previewed: list({
    default: [],
    description:
      "Environments that pull requests preview: whoever can push a branch can read their state and its secrets. Default: all but prod and sandbox.",
  }),
  imagesFrom: map<string>({
    default: { staging: "dev", prod: "staging" },
    description:
      "Environment whose proven images each environment imports, by environment (imageFrom in the stack files): its deploying identity may read the registries there.",
  }),
  purged: list({
    default: [],
    description:
      "Environments from whose registries a schedule deletes old images, with an identity that reads every environment and deletes images in these (docs/registries.md).",
  }),
  branch: text({
    default: "main",
    description:
      "Branch whose runs check for drift and delete old images, with identities that read every environment.",
    problem: branchProblem,
  }),
  location: text({ default: "westeurope", description: "Azure region.", problem: locationProblem }),
  resourceGroupName: text({
    default: "tarmac-bootstrap",
    description: "Name of the resource group for everything in this stack.",
    problem: resourceGroupNameProblem,
  }),
  storageAccountName: optionalText({
    description:
      "Name of the storage account for the state, globally unique. Default: tarmacstate and a random suffix.",
    problem: allowing("3 to 24 lower-case letters and digits", storageAccountNameProblem),
  }),
  vaultName: optionalText({
    description: "Name of the key vault, globally unique. Default: tarmac-keys- and a random suffix.",
    problem: allowing("3 to 24 letters, digits and single hyphens", vaultNameProblem),
  }),
  admins: map<PrincipalType>({
    default: {},
    description:
      "Principals that may use state and keys by hand: type (User, Group, ServicePrincipal) by object id. Default: the identity that runs the first update.",
    problem: principalsProblem,
  }),
  retentionDays: integer({
    default: 30,
    description: "Days during which deleted and overwritten states can be restored.",
    problem: range(7, 365),
  }),
  locked: flag({
    default: true,
    description: "Refuse to delete state and keys, with Azure locks and Pulumi's protect, until this is false.",
  }),
  issuer: text({
    default: "https://token.actions.githubusercontent.com",
    description: "Issuer of the workflows' tokens. GitHub Enterprise has its own.",
    problem: issuerProblem,
  }),
  tags: map<string>({
    default: {},
    description: 'Azure tags for every resource, e.g. {"cost-center": "4711"}.',
    problem: tagsProblem,
  }),
};

/** The validated settings, with defaults. */
export type Settings = Omit<ValuesOf<typeof settings>, "repository"> & { repository: string };

/** @throws SettingsError with every problem found */
export function readStackSettings(): Settings {
  const read = readDeclared(settings, stackSource(), together);
  const { repository = "", previewed, environments } = read;
  return {
    ...read,
    repository,
    previewed: previewed.length > 0 ? previewed : environments.filter((one) => !["prod", "sandbox"].includes(one)),
  };
}

const fixForSharing =
  "Give each one its own: pulumi -C bootstrap config set --path subscriptions.NAME ID. To accept it: pulumi -C bootstrap config set shareSubscriptions true";

/** Returns the problem with environments that share a subscription, unless sharing is allowed. */
function sharingProblem({ environments, subscriptions, shareSubscriptions }: ValuesOf<typeof settings>) {
  if (shareSubscriptions) return undefined;
  const without = environments.filter((name) => subscriptions[name] === undefined);
  if (without.length > 0)
    return `${without.map((name) => `"${name}"`).join(", ")} would share the subscription of the bootstrap, which holds the state and the keys of all: code that deploys there can take over every environment. ${fixForSharing}`;
  for (const [index, name] of environments.entries()) {
    const other = environments
      .slice(index + 1)
      .find((one) => subscriptions[one]?.toLowerCase() === subscriptions[name]?.toLowerCase());
    if (other !== undefined)
      return `"${name}" and "${other}" share a subscription: code that deploys one of them can take over the other. ${fixForSharing}`;
  }
  return undefined;
}

/**
 * The subscription of the bootstrap is known only once Azure has been asked.
 * @throws SettingsError when an environment is in it, unless that is allowed
 */
export function refuseOwnSubscription({ subscriptions, shareSubscriptions }: Settings, own: string): string {
  const [name] = Object.entries(subscriptions).find(([, id]) => id.toLowerCase() === own.toLowerCase()) ?? [];
  if (name === undefined || shareSubscriptions) return own;
  throw new SettingsError(pulumi.getStack(), [
    `${pulumi.getProject()}:subscriptions: "${name}" has the subscription of the bootstrap, which holds the state and the keys of all: code that deploys there can take over every environment. ${fixForSharing}`,
  ]);
}

/** Problems between settings. */
function together(s: ValuesOf<typeof settings>) {
  const unknown = (names: string[]) => {
    const name = names.find((one) => !s.environments.includes(one));
    return name === undefined
      ? undefined
      : `"${name}" is not one of the environments ${s.environments.map((one) => `"${one}"`).join(", ")}${closest(name, s.environments)}`;
  };
  return [
    [
      "repository",
      s.repository === undefined
        ? 'it is not set; name the repository whose workflows sign in, e.g. "contoso/hello"'
        : undefined,
    ],
    ["subscriptions", unknown(Object.keys(s.subscriptions)) ?? sharingProblem(s)],
    ["previewed", unknown(s.previewed)],
    ["purged", unknown(s.purged)],
    [
      "imagesFrom",
      // The default may name environments that do not exist. Pulumi passes it as text, in its own order of keys.
      isDefault(settings.imagesFrom, s.imagesFrom)
        ? undefined
        : (unknown(Object.keys(s.imagesFrom)) ?? unknown(Object.values(s.imagesFrom))),
    ],
  ] as const;
}
