/** How a cluster keeps itself current: the channels that its versions follow, and the hours in which it may. */
import type * as pulumi from "@pulumi/pulumi";
import { MaintenanceConfiguration } from "@pulumi/azure-native/containerservice/index.js";
import { type Bounds, integerProblem } from "@tarmac/validate/numbers";
import type { Finding } from "../invalidArguments.ts";

/** What Kubernetes follows. https://learn.microsoft.com/azure/aks/auto-upgrade-cluster */
export const upgradeChannels = ["none", "patch", "stable", "rapid", "node-image"] as const;
export type UpgradeChannel = (typeof upgradeChannels)[number];

/** What the nodes' system follows. https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image */
export const nodeOsChannels = ["None", "Unmanaged", "SecurityPatch", "NodeImage"] as const;
export type NodeOsChannel = (typeof nodeOsChannels)[number];

export const weekDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
export type WeekDay = (typeof weekDays)[number];

/**
 * The hours in which upgrades may begin and run: on `day` those of Kubernetes, on the day before AKS's own releases, on the day
 * after those of the nodes' system. A long upgrade of one kind then never takes the hours of another.
 */
export interface MaintenanceWindow {
  /** Day of the week of Kubernetes' upgrades, e.g. "Wednesday". */
  day: WeekDay;
  /** Time of day, e.g. "02:00". */
  start: string;
  /** 4 to 24: less is not enough for AKS. */
  hours: number;
  /** What `start` is to UTC, e.g. "+01:00". @default "+00:00" */
  utcOffset?: string;
}

export interface UpgradeArgs {
  /** @default "patch" with a Kubernetes version, "stable" without one: a cluster then never falls out of support */
  channel?: UpgradeChannel;
  /** @default "NodeImage" */
  nodeOsChannel?: NodeOsChannel;
  /** @default AKS upgrades when it sees fit */
  maintenance?: MaintenanceWindow;
}

export const upgradeDefaults = { nodeOsChannel: "NodeImage", utcOffset: "+00:00" } as const;

/**
 * The channel of a cluster that says none. "patch" keeps the minor version, so a cluster without a version of its own would stay on
 * the one it was created with until AKS ends its support.
 * https://learn.microsoft.com/azure/aks/auto-upgrade-cluster#cluster-autoupgrade-channels
 */
export const defaultChannel = (version: string | undefined): UpgradeChannel =>
  version === undefined ? "stable" : "patch";

/**
 * What is wrong between a version and the channel that moves it: an update must never ask for an older version than the
 * channel has brought, which AKS refuses.
 */
export function versionProblem(version: string | undefined, channel: UpgradeChannel): string | undefined {
  if (version === undefined) return undefined;
  if (channel === "stable" || channel === "rapid")
    return `the channel "${channel}" upgrades the cluster to new minor versions, so "${version}" would soon be a downgrade: remove the version, or use the channel "patch"`;
  if (channel === "patch" && /^\d+\.\d+\.\d+$/.test(version))
    return `the channel "patch" upgrades the cluster to new patches, so "${version}" would soon be a downgrade: use "${version.replace(/\.\d+$/, "")}", or use the channel "none"`;
  return undefined;
}

/** AKS takes the nodes' images from one channel only. */
export function nodeOsChannelProblem(nodeOs: NodeOsChannel, channel: UpgradeChannel): string | undefined {
  if (channel !== "node-image" || nodeOs === "NodeImage") return undefined;
  return `"${nodeOs}" conflicts with the cluster's channel "node-image", which already installs new node images: use "NodeImage", or the channel "none"`;
}

export const timeOfDayProblem = (time: string): string | undefined =>
  /^([01]\d|2[0-3]):[0-5]\d$/.test(time)
    ? undefined
    : `"${time}" is not a time of day: use HH:MM in quotes, e.g. "02:00"`;

export const utcOffsetProblem = (offset: string): string | undefined =>
  /^([+-](0\d|1[01]):[0-5]\d|[+-]12:00|\+(12|13):[0-5]\d|\+14:00)$/.test(offset)
    ? undefined
    : `"${offset}" is not a UTC offset: use +HH:MM or -HH:MM in quotes, e.g. "+01:00"`;

/** AKS takes no shorter window than this. */
export const windowHours = [4, 24] satisfies Bounds;

/** What is wrong with the arguments, by property path. */
export function upgradeFindings(args: UpgradeArgs, version: string | undefined) {
  const { maintenance, channel = defaultChannel(version), nodeOsChannel = upgradeDefaults.nodeOsChannel } = args;
  return [
    ["kubernetesVersion", versionProblem(version, channel)],
    ["upgrades.nodeOsChannel", nodeOsChannelProblem(nodeOsChannel, channel)],
    ...maintenanceFindings("upgrades.maintenance", maintenance),
  ] as const;
}

/** What is wrong with a window, by property path. */
export const maintenanceFindings = (path: string, window: MaintenanceWindow | undefined): Finding[] =>
  window === undefined
    ? []
    : [
        [`${path}.start`, timeOfDayProblem(window.start)],
        [`${path}.hours`, integerProblem(window.hours, ...windowHours)],
        [`${path}.utcOffset`, utcOffsetProblem(window.utcOffset ?? upgradeDefaults.utcOffset)],
      ];

export const autoUpgradeProfile = (args: UpgradeArgs, version: string | undefined) => ({
  upgradeChannel: args.channel ?? defaultChannel(version),
  nodeOSUpgradeChannel: args.nodeOsChannel ?? upgradeDefaults.nodeOsChannel,
});

/** AKS's three schedules, and how many days each is after the day of Kubernetes' upgrades. https://learn.microsoft.com/azure/aks/planned-maintenance */
const schedules = {
  "aks-releases": { configName: "default", daysLater: -1 },
  "cluster-upgrades": { configName: "aksManagedAutoUpgradeSchedule", daysLater: 0 },
  "node-upgrades": { configName: "aksManagedNodeOSUpgradeSchedule", daysLater: 1 },
};

/**
 * Holds upgrades to a window.
 * @param after what is done to the cluster before: AKS does one thing at a time
 */
export function keepToWindow(
  name: string,
  { day, start, hours, utcOffset }: MaintenanceWindow,
  cluster: { resourceGroupName: pulumi.Input<string>; resourceName: pulumi.Input<string> },
  after: pulumi.Resource | undefined,
  opts: pulumi.CustomResourceOptions,
): void {
  let before = after;
  for (const [what, { configName, daysLater }] of Object.entries(schedules)) {
    const dayOfWeek = weekDays[(weekDays.indexOf(day) + daysLater + weekDays.length) % weekDays.length] ?? day;
    before = new MaintenanceConfiguration(
      `${name}-${what}`,
      {
        ...cluster,
        configName,
        maintenanceWindow: {
          schedule: { weekly: { dayOfWeek, intervalWeeks: 1 } },
          startTime: start,
          durationHours: hours,
          utcOffset: utcOffset ?? upgradeDefaults.utcOffset,
        },
      },
      { ...opts, dependsOn: before },
    );
  }
}
