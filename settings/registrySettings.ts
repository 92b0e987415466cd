/** Settings of the registry that images are pushed to and pulled from: one made here, one that is there, or one that is not Azure's. */
import * as pulumi from "@pulumi/pulumi";
import type { RegistryChoice } from "@tarmac/components/registry/registryChoice";
import { registryRoleModes } from "@tarmac/components/pullAccess";
import {
  premiumFindings,
  rangesWithoutNetworkProblem,
  registryDefaults,
  registrySkus,
  replicaProblem,
  retentionDays,
} from "@tarmac/components/registry/registryArgs";
import { principalTypes, type PrincipalType } from "@tarmac/components/azure/builtInRoles";
import { allowing, firstProblem } from "@tarmac/validate/valueCheck";
import { ipv4RangeProblem } from "@tarmac/validate/cidr";
import {
  locationProblem,
  registryNameProblem,
  registryServerProblem,
  resourceGroupNameProblem,
  subscriptionIdProblem,
} from "@tarmac/validate/azureNames";
import { choice, flag, integer, list, map, optionalText, secretText } from "@tarmac/validate/settingDeclaration";
import { principalsProblem, range, unusedFindings, type FindingOf } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

/** Of a registry that is made here. */
const ownRegistrySettings = {
  registryName: optionalText({
    description: "Name of the container registry, unique in all of Azure. Default: the app's name and a random suffix.",
    problem: allowing("5 to 50 letters and digits", registryNameProblem),
  }),
  registrySku: choice(registrySkus, { default: registryDefaults.sku, description: "Basic, Standard or Premium." }),
  registryRoleMode: choice(registryRoleModes, {
    default: registryDefaults.roleMode,
    description: "Which roles the registry looks at: classic (AcrPull) or abac (Container Registry Repository Reader).",
  }),
  registryPushers: map<PrincipalType>({
    default: {},
    description:
      "In the role mode abac: who may push, as object id: User, Group or ServicePrincipal. Default: the first deployer.",
    problem: allowing(`object ids with ${principalTypes.join(", ")}`, principalsProblem),
  }),
  registryZoneRedundant: flag({
    default: registryDefaults.zoneRedundant,
    description: "Keep the registry in every zone of its region. Premium; cannot be changed later.",
  }),
  registryReplicas: list({
    default: registryDefaults.replicaLocations,
    description: "Further regions that hold every image. Premium.",
    problem: allowing("regions, e.g. `northeurope`", (regions: readonly string[]) =>
      firstProblem(regions, locationProblem),
    ),
  }),
  registryRetentionDays: integer({
    default: registryDefaults.retentionDays,
    description: "Days after which images that no tag names any more are deleted; 0 keeps them. Premium.",
    problem: range(...retentionDays),
  }),
  registryPublicAccess: flag({
    default: registryDefaults.publicNetworkAccess,
    description: "Let the registry answer on the internet. false is Premium and needs privateRegistry.",
  }),
  registryAllowedRanges: list({
    default: registryDefaults.allowedRanges,
    description:
      "Public IPv4 addresses and ranges that alone may reach the registry: nodes and deployer among them. Premium.",
    problem: allowing("e.g. `203.0.113.7` or `203.0.113.0/24`", (ranges: readonly string[]) =>
      firstProblem(ranges, ipv4RangeProblem),
    ),
  }),
};

export const registrySettings = {
  ...ownRegistrySettings,
  existingRegistry: optionalText({
    description: "Name of an Azure registry that is there already: attached, pushed to, never changed or deleted.",
    problem: allowing("5 to 50 letters and digits", registryNameProblem),
  }),
  existingRegistryGroup: optionalText({
    description: "Resource group of that registry.",
    problem: resourceGroupNameProblem,
  }),
  existingRegistrySubscription: optionalText({
    description: "Subscription of that registry. Default: the stack's.",
    problem: allowing("a GUID", subscriptionIdProblem),
  }),
  registryServer: optionalText({
    description: "Host of a registry that is not Azure's, e.g. registry.example.com or registry.example.com:5000.",
    problem: allowing("HOST or HOST:PORT", registryServerProblem),
  }),
  registryUsername: optionalText({
    description:
      "Who pushes to and pulls from that registry. Default: the Docker engine's own sign-in pushes, anybody pulls.",
    problem: (value) => (/[\s:]/.test(value) ? `"${value}" is not a user name: remove the space or ":"` : undefined),
  }),
  registryPassword: secretText({
    description: "Password of that user.",
    problem: (value) =>
      value === value.trim() ? undefined : "the value begins or ends with white space: store it without",
  }),
};

/** The values of these settings and of those that they are checked against. */
type Settings = ValuesOf<typeof registrySettings> & { location: string; privateRegistry: boolean };
type Finding = FindingOf<Settings>;

/** What the settings of the registry say together. */
export function registryProblems(s: Settings): Finding[] {
  if (s.existingRegistry !== undefined && s.registryServer !== undefined)
    return [["registryServer", "conflicts with existingRegistry, and a stack has one registry: remove one of the two"]];
  return [
    [
      "existingRegistryGroup",
      neededBy(s, "existingRegistry", "existingRegistryGroup", "the resource group that it is in"),
    ],
    ["existingRegistryGroup", uselessWithout(s, "existingRegistryGroup", "existingRegistry")],
    ["existingRegistrySubscription", uselessWithout(s, "existingRegistrySubscription", "existingRegistry")],
    ["registryPassword", neededBy(s, "registryUsername", "registryPassword", "that user's password")],
    ["registryUsername", neededBy(s, "registryPassword", "registryUsername", "whose password it is")],
    ["registryUsername", uselessWithout(s, "registryUsername", "registryServer")],
    ...(s.existingRegistry === undefined && s.registryServer === undefined ? ownFindings(s) : foreignFindings(s)),
  ];
}

function ownFindings(s: Settings): Finding[] {
  const features = featuresOf(s);
  return [
    ...premiumFindings(features).map(([argument, problem]): Finding => [settingOf[argument], problem]),
    ["registryReplicas", replicaProblem(s.registryReplicas, s.location)],
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

/** A registry of somebody else's is as it is. */
function foreignFindings(s: Settings): Finding[] {
  const other = s.existingRegistry === undefined ? "registryServer" : "existingRegistry";
  const problem = `applies only to a registry that the stack creates, but ${other} selects an existing one: remove one of the two`;
  return [
    ...unusedFindings(s, ownRegistrySettings, problem),
    ["privateRegistry", s.privateRegistry ? problem : undefined],
  ];
}

const neededBy = (s: Settings, key: keyof Settings, needed: keyof Settings, what: string) =>
  s[key] !== undefined && s[needed] === undefined ? `${key} needs it: ${what}` : undefined;

const uselessWithout = (s: Settings, key: keyof Settings, needed: keyof Settings) =>
  s[key] !== undefined && s[needed] === undefined
    ? `has no effect without ${needed}: set ${needed}, or remove this`
    : undefined;

const settingOf = {
  sku: "registrySku",
  zoneRedundant: "registryZoneRedundant",
  replicaLocations: "registryReplicas",
  retentionDays: "registryRetentionDays",
  publicNetworkAccess: "registryPublicAccess",
  allowedRanges: "registryAllowedRanges",
} as const;

const featuresOf = (s: Settings) => ({
  sku: s.registrySku,
  zoneRedundant: s.registryZoneRedundant,
  replicaLocations: s.registryReplicas,
  retentionDays: s.registryRetentionDays,
  publicNetworkAccess: s.registryPublicAccess,
  allowedRanges: s.registryAllowedRanges,
});

/** Which registry the settings ask for, and what is said of it. */
export function registryChoice(s: Settings): RegistryChoice {
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
