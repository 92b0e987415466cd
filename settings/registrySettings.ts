/** Settings of the registry for images: a new one, an existing one, or one outside Azure. */
import * as pulumi from "@pulumi/pulumi";
import type { RegistryChoice } from "@tarmac/components/registry/registryChoice";
import { registryRoleModes } from "@tarmac/components/pullAccess";
import {
  premiumFindings,
  rangesWithoutNetworkProblem,
  registryDefaults,
  registrySkus,
  replicaProblem,
} from "@tarmac/components/registry/registryArgs";
import { principalTypes, type PrincipalType } from "@tarmac/components/azure/builtInRoles";
import { locationProblem, otherCloudProblem } from "@tarmac/validate/azureRegions";
import { allowing, eachProblem } from "@tarmac/validate/valueCheck";
import { registryRangesProblem } from "@tarmac/validate/addressRange";
import {
  registryNameProblem,
  registryServerProblem,
  resourceGroupNameProblem,
  subscriptionIdProblem,
} from "@tarmac/validate/azureNames";
import { choice, flag, list, map, optionalText, secretText } from "@tarmac/validate/settingDeclaration";
import { nameSecretProblem } from "./plainSecrets.ts";
import { principalsProblem, unusedFindings, type FindingOf } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

/** Settings of a new registry. */
const ownRegistrySettings = {
  registryName: optionalText({
    description: "Name of the container registry, globally unique. Default: the app name and a random suffix.",
    problem: allowing("5 to 50 letters and digits", registryNameProblem),
  }),
  registrySku: choice(registrySkus, { default: registryDefaults.sku, description: "SKU of the container registry." }),
  registryRoleMode: choice(registryRoleModes, {
    default: registryDefaults.roleMode,
    description:
      "Which roles grant access: classic (AcrPull, AcrPush) or abac (Container Registry Repository Reader, Writer). Changes in place.",
  }),
  registryPushers: map<PrincipalType>({
    default: {},
    description: "Who may push in role mode abac: principal type by object id. Default: the first deployer.",
    problem: allowing(`object ids with ${principalTypes.join(", ")}`, principalsProblem),
  }),
  registryZoneRedundant: flag({
    default: registryDefaults.zoneRedundant,
    description:
      "Declare copies in every zone of the region, which every registry has anyway. Only for a registry created with it: cannot be changed later. Premium only.",
  }),
  registryReplicas: list({
    default: registryDefaults.replicaLocations,
    description: "Additional regions that hold every image. Premium only.",
    problem: allowing("regions, e.g. `northeurope`", (regions: readonly string[]) =>
      eachProblem(regions, locationProblem),
    ),
  }),
  registryPublicAccess: flag({
    default: registryDefaults.publicNetworkAccess,
    description: "Allow access to the registry from the internet. false is Premium only and requires privateRegistry.",
  }),
  registryAllowedRanges: list({
    default: registryDefaults.allowedRanges,
    description:
      "The only public IPv4 addresses and ranges that may reach the registry; include nodes and deployer. Premium only.",
    problem: allowing("e.g. `203.0.113.7` or `203.0.113.0/24`", registryRangesProblem),
  }),
};

export const registrySettings = {
  ...ownRegistrySettings,
  existingRegistry: optionalText({
    description:
      "Name of an existing Azure registry: the stack attaches it and pushes to it, but never changes or deletes it.",
    problem: allowing("5 to 50 letters and digits", registryNameProblem),
  }),
  existingRegistryGroup: optionalText({
    description: "Resource group of existingRegistry.",
    problem: resourceGroupNameProblem,
  }),
  existingRegistrySubscription: optionalText({
    description: "Subscription of existingRegistry. Default: the subscription of the stack.",
    problem: allowing("a GUID", subscriptionIdProblem),
  }),
  registryServer: optionalText({
    description: "Host of a registry outside Azure, e.g. registry.example.com or registry.example.com:5000.",
    problem: allowing("HOST or HOST:PORT", registryServerProblem),
  }),
  registryUsername: optionalText({
    description:
      "User that pushes to and pulls from registryServer. Default: the Docker engine's own sign-in pushes, and pulls are anonymous.",
    problem: (value) =>
      nameSecretProblem(value) ??
      (/[\s:]/.test(value) ? `"${value}" is not a user name: remove the space or ":"` : undefined),
  }),
  registryPassword: secretText({
    description: "Password of registryUsername.",
    problem: (value) =>
      value === value.trim() ? undefined : "the value begins or ends with white space: store it without",
  }),
};

/** The values of these settings and of those that the checks need. */
type Settings = ValuesOf<typeof registrySettings> & { location: string; privateRegistry: boolean };
type Finding = FindingOf<Settings>;

/** Returns whether the stack creates a registry. */
export const createsRegistry = (s: Pick<Settings, "existingRegistry" | "registryServer">): boolean =>
  s.existingRegistry === undefined && s.registryServer === undefined;

/** Returns the problems of the registry settings in combination. */
export function registryProblems(s: Settings): Finding[] {
  if (s.existingRegistry !== undefined && s.registryServer !== undefined)
    return [["registryServer", "conflicts with existingRegistry, and a stack has one registry: remove one of the two"]];
  return [
    [
      "existingRegistryGroup",
      s.existingRegistry !== undefined && s.existingRegistryGroup === undefined
        ? `is required with existingRegistry "${s.existingRegistry}": use the resource group that this command prints: az acr show --name ${s.existingRegistry} --query resourceGroup -o tsv`
        : undefined,
    ],
    ["existingRegistryGroup", uselessWithout(s, "existingRegistryGroup", "existingRegistry")],
    ["existingRegistrySubscription", uselessWithout(s, "existingRegistrySubscription", "existingRegistry")],
    [
      "registryPassword",
      s.registryUsername !== undefined && s.registryPassword === undefined
        ? `is required with registryUsername "${s.registryUsername}": run "pulumi config set --secret registryPassword", which asks for the value`
        : undefined,
    ],
    [
      "registryUsername",
      s.registryPassword !== undefined && s.registryUsername === undefined
        ? 'is required with registryPassword: run "pulumi config set registryUsername NAME", or remove the password'
        : undefined,
    ],
    ["registryUsername", uselessWithout(s, "registryUsername", "registryServer")],
    ...(createsRegistry(s) ? ownFindings(s) : foreignFindings(s)),
  ];
}

function ownFindings(s: Settings): Finding[] {
  const features = featuresOf(s);
  return [
    ...premiumFindings(features).map(([argument, problem]): Finding => [settingOf[argument], problem]),
    ["registryReplicas", replicaProblem(s.registryReplicas, s.location)],
    ["registryReplicas", eachProblem(s.registryReplicas, (region) => otherCloudProblem(region, s.location))],
    ["registryAllowedRanges", rangesWithoutNetworkProblem(features)],
    [
      "registryPushers",
      s.registryRoleMode === "classic" && Object.keys(s.registryPushers).length > 0
        ? 'applies only to the role mode "abac": set registryRoleMode to "abac", or remove this and assign the role AcrPush instead'
        : undefined,
    ],
    [
      "registryPublicAccess",
      s.registryPublicAccess || s.privateRegistry
        ? undefined
        : "without public access, nothing could reach the registry: set privateRegistry to true, or set this to true",
    ],
  ];
}

/** Returns the problems of settings that would change a registry that the stack does not manage. */
function foreignFindings(s: Settings): Finding[] {
  const other = s.existingRegistry === undefined ? "registryServer" : "existingRegistry";
  const problem = `applies only to a registry that the stack creates, but ${other} selects an existing one: remove one of the two`;
  return [
    ...unusedFindings(s, ownRegistrySettings, problem),
    ["privateRegistry", s.privateRegistry ? problem : undefined],
  ];
}

const uselessWithout = (s: Settings, key: keyof Settings, needed: keyof Settings) =>
  s[key] !== undefined && s[needed] === undefined
    ? `has no effect without ${needed}: set ${needed}, or remove this`
    : undefined;

const settingOf = {
  sku: "registrySku",
  zoneRedundant: "registryZoneRedundant",
  replicaLocations: "registryReplicas",
  publicNetworkAccess: "registryPublicAccess",
  allowedRanges: "registryAllowedRanges",
} as const;

const featuresOf = (s: Pick<Settings, (typeof settingOf)[keyof typeof settingOf]>) => ({
  sku: s.registrySku,
  zoneRedundant: s.registryZoneRedundant,
  replicaLocations: s.registryReplicas,
  publicNetworkAccess: s.registryPublicAccess,
  allowedRanges: s.registryAllowedRanges,
});

/** Returns the registry that the settings select, and its arguments. A program may know the password only during an update. */
export function registryChoice(
  s: Omit<Settings, "registryPassword"> & { registryPassword: pulumi.Input<string> | undefined },
): RegistryChoice {
  if (s.registryServer !== undefined) {
    const { registryServer: server, registryUsername: username, registryPassword: password } = s;
    const hasUser = username !== undefined && password !== undefined;
    return {
      kind: "external",
      args: { server, user: hasUser ? { username, password: pulumi.secret(password) } : undefined },
    };
  }
  if (s.existingRegistry !== undefined) {
    return {
      kind: "existing",
      args: {
        registryName: s.existingRegistry,
        resourceGroupName: s.existingRegistryGroup ?? "",
        subscriptionId: s.existingRegistrySubscription,
      },
    };
  }
  const { registryName, registryRoleMode: roleMode, registryPushers: pushers } = s;
  return { kind: "own", args: { registryName, roleMode, pushers, ...featuresOf(s) } };
}
