/**
 * The settings of the bootstrap program: reads and checks all of them before anything is created.
 *
 * Stack files (`bootstrap/Pulumi.STACK.yaml`) set them as `tarmac-bootstrap:KEY`.
 */
import type { PrincipalType } from "@tarmac/components/azure/builtInRoles";
import { principalsProblem, range } from "@tarmac/settings/allowedValues";
import { readDeclared, stackSource, type ValuesOf } from "@tarmac/settings/readDeclared";
import { locationProblem } from "@tarmac/validate/azureRegions";
import { allowing, eachProblem } from "@tarmac/validate/valueCheck";
import { resourceGroupNameProblem, subscriptionIdProblem } from "@tarmac/validate/azureNames";
import { closest, flag, integer, list, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { tagsProblem } from "@tarmac/validate/tags";
import {
  branchProblem,
  environmentsProblem,
  issuerProblem,
  projectProblem,
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
    default: ["dev", "staging", "prod", "sandbox"],
    description:
      "Environments of that repository, each with its own deploying identity and encryption key. A stack has the name of its environment, or ENVIRONMENT-SUFFIX.",
    problem: environmentsProblem,
  }),
  subscriptions: map<string>({
    default: {},
    description:
      "Azure subscription ids by environment. Default: the subscription of the bootstrap. Environments in one subscription are not isolated from each other.",
    problem: (subscriptions) => eachProblem(Object.values(subscriptions), (id) => subscriptionIdProblem(String(id))),
  }),
  previewed: list({
    default: [],
    description:
      "Environments that pull requests preview: the previewing identity may use their encryption keys. Default: all.",
  }),
  branch: text({
    default: "main",
    description: "Branch whose scheduled runs check for drift with the previewing identity.",
    problem: branchProblem,
  }),
  project: text({
    default: "tarmac",
    description: "Pulumi project whose stacks keep their state here: `name` in Pulumi.yaml.",
    problem: projectProblem,
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

/** The settings, with defaults, checked. */
export type Settings = Omit<ValuesOf<typeof settings>, "repository"> & { repository: string };

/** @throws SettingsError with every problem found */
export function readStackSettings(): Settings {
  const read = readDeclared(settings, stackSource(), together);
  const { repository = "", previewed, environments } = read;
  return { ...read, repository, previewed: previewed.length > 0 ? previewed : environments };
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
    ["subscriptions", unknown(Object.keys(s.subscriptions))],
    ["previewed", unknown(s.previewed)],
  ] as const;
}
