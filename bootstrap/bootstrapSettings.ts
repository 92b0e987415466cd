/**
 * The settings of the bootstrap: read and checked together, before anything is created. Creates nothing.
 *
 * The values stand in `bootstrap/Pulumi.STACK.yaml` under `tarmac-bootstrap:KEY`.
 */
import type { PrincipalType } from "@tarmac/components/azure/roles";
import { principalsProblem, range } from "@tarmac/settings/problems";
import { readDeclared, stackSource, type ValuesOf } from "@tarmac/settings/read";
import { allowing, firstProblem } from "@tarmac/validate/check";
import { locationProblem, resourceGroupNameProblem, subscriptionIdProblem } from "@tarmac/validate/names";
import { closest, flag, integer, list, map, optionalText, text } from "@tarmac/validate/setting";
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

/** Every setting. The order is that of bootstrap/Pulumi.yaml. */
export const settings = {
  repository: optionalText({
    description:
      "GitHub repository whose workflows sign in: OWNER/NAME, or OWNER@ID/NAME@ID where its tokens name ids (docs/bootstrap.md says how to see).",
    problem: allowing("`OWNER/NAME` or `OWNER@ID/NAME@ID`", repositoryProblem),
  }),
  environments: list({
    default: ["dev", "staging", "prod", "sandbox"],
    description:
      "Environments of that repository: each has a deploying identity and a secrets key of its own. A stack is called as its environment, or ENVIRONMENT-SOMETHING.",
    problem: environmentsProblem,
  }),
  subscriptions: map<string>({
    default: {},
    description:
      "Azure subscription of each environment, by name. Default: the one this is deployed to; environments in one subscription are not safe from each other.",
    problem: (subscriptions) => firstProblem(Object.values(subscriptions), (id) => subscriptionIdProblem(String(id))),
  }),
  previewed: list({
    default: [],
    description:
      "Environments that pull requests preview: the previewing identity may use their secrets keys. Default: all of them.",
  }),
  branch: text({
    default: "main",
    description: "Branch whose scheduled runs look for drift with the previewing identity.",
    problem: branchProblem,
  }),
  project: text({
    default: "tarmac",
    description: "Name of the Pulumi project whose stacks are kept here: `name` in Pulumi.yaml.",
    problem: projectProblem,
  }),
  location: text({ default: "westeurope", description: "Azure region.", problem: locationProblem }),
  resourceGroupName: text({
    default: "tarmac-bootstrap",
    description: "Name of the resource group of all this.",
    problem: resourceGroupNameProblem,
  }),
  storageAccountName: optionalText({
    description:
      "Name of the storage account with the state, unique in all of Azure. Default: tarmacstate and a random suffix.",
    problem: allowing("3 to 24 lower-case letters and digits", storageAccountNameProblem),
  }),
  vaultName: optionalText({
    description: "Name of the key vault, unique in all of Azure. Default: tarmac-keys- and a random suffix.",
    problem: allowing("3 to 24 letters, digits and single hyphens", vaultNameProblem),
  }),
  admins: map<PrincipalType>({
    default: {},
    description:
      "Who may work with state and keys by hand: type (User, Group, ServicePrincipal) by object id. Default: whoever runs the first update.",
    problem: principalsProblem,
  }),
  retentionDays: integer({
    default: 30,
    description: "Days that deleted and overwritten states can be had back.",
    problem: range(7, 365),
  }),
  locked: flag({
    default: true,
    description: "Refuse to delete state and keys, by Azure's locks and by Pulumi, until this is set to false.",
  }),
  issuer: text({
    default: "https://token.actions.githubusercontent.com",
    description: "Who issues the workflows' tokens. Another one for GitHub Enterprise.",
    problem: issuerProblem,
  }),
  tags: map<string>({
    default: {},
    description: 'Azure tags of everything, e.g. {"cost-centre": "4711"}.',
    problem: tagsProblem,
  }),
};

/** The settings, complete and checked. */
export type Settings = Omit<ValuesOf<typeof settings>, "repository"> & { repository: string };

/** @throws SettingsError with every problem there is */
export function readStackSettings(): Settings {
  const read = readDeclared(settings, stackSource(), together);
  const { repository = "", previewed, environments } = read;
  return { ...read, repository, previewed: previewed.length > 0 ? previewed : environments };
}

/** What no single setting shows. */
function together(s: ValuesOf<typeof settings>) {
  const unknown = (names: string[]) => {
    const name = names.find((one) => !s.environments.includes(one));
    return name === undefined
      ? undefined
      : `"${name}" is none of the environments ${s.environments.map((one) => `"${one}"`).join(", ")}${closest(name, s.environments)}`;
  };
  return [
    [
      "repository",
      s.repository === undefined
        ? 'it is not set: name the repository whose workflows sign in, e.g. "contoso/hello"'
        : undefined,
    ],
    ["subscriptions", unknown(Object.keys(s.subscriptions))],
    ["previewed", unknown(s.previewed)],
  ] as const;
}
