/** Automatic upgrades of a cluster: the upgrade channels, and the maintenance window. */
import type * as pulumi from "@pulumi/pulumi";
import { MaintenanceConfiguration } from "@pulumi/azure-native/containerservice/index.js";
import { type Bounds, integerProblem } from "@tarmac/validate/numbers";
import type { Finding } from "../invalidArguments.ts";

/** Upgrade channels of Kubernetes. https://learn.microsoft.com/azure/aks/auto-upgrade-cluster */
export const upgradeChannels = ["none", "patch", "stable", "rapid", "node-image"] as const;
export type UpgradeChannel = (typeof upgradeChannels)[number];

/** Upgrade channels of the nodes' operating system. https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image */
export const nodeOsChannels = ["None", "Unmanaged", "SecurityPatch", "NodeImage"] as const;
export type NodeOsChannel = (typeof nodeOsChannels)[number];

export const weekDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
export type WeekDay = (typeof weekDays)[number];

/**
 * Weekly window in which upgrades may start and run. Kubernetes upgrades run on `day`, AKS's own releases on the day
 * before, and upgrades of the nodes' operating system on the day after. So a long upgrade of one kind never uses the
 * window of another.
 */
export interface MaintenanceWindow {
  /** Day of the week of Kubernetes upgrades, in English. @example "Wednesday" */
  day: WeekDay;
  /** Time of day when the window opens, as HH:MM. @example "02:00" */
  start: string;
  /** Length of the window, from 4 to 24 hours. AKS accepts no shorter window. @example 4 */
  hours: number;
  /** Offset of `start` from UTC. @default "+00:00" @example "+01:00" */
  utcOffset?: string;
}

export interface UpgradeArgs {
  /**
   * Which Kubernetes versions AKS installs automatically: "none", "patch", "stable", "rapid" or "node-image".
   * @default "patch" with a Kubernetes version, "stable" without one: a cluster then never falls out of support
   * @example "rapid"
   */
  channel?: UpgradeChannel;
  /**
   * Which updates of the nodes' operating system AKS installs automatically: "None", "Unmanaged", "SecurityPatch" or
   * "NodeImage".
   * @default "NodeImage"
   * @example "SecurityPatch"
   */
  nodeOsChannel?: NodeOsChannel;
  /**
   * Weekly window in which upgrades may run.
   * @default AKS upgrades when it sees fit
   * @example { day: "Wednesday", start: "02:00", hours: 4 }
   */
  maintenance?: MaintenanceWindow;
}

export const upgradeDefaults = { nodeOsChannel: "NodeImage", utcOffset: "+00:00" } as const;

/**
 * Returns the channel of a cluster that sets none. "patch" keeps the minor version, so a cluster without a
 * `kubernetesVersion` would stay on its original minor version until AKS ends support for it.
 * https://learn.microsoft.com/azure/aks/auto-upgrade-cluster#cluster-autoupgrade-channels
 */
export const defaultChannel = (version: string | undefined): UpgradeChannel =>
  version === undefined ? "stable" : "patch";

/**
 * Returns the problem with a version and its channel, or `undefined`: an update must never request an older version
 * than the channel has installed, because AKS refuses that.
 */
export function versionProblem(version: string | undefined, channel: UpgradeChannel): string | undefined {
  if (version === undefined) return undefined;
  if (channel === "stable" || channel === "rapid")
    return `the channel "${channel}" upgrades the cluster to new minor versions, so "${version}" would soon be a downgrade: remove the version, or use the channel "patch"`;
  if (channel === "patch" && /^\d+\.\d+\.\d+$/.test(version))
    return `the channel "patch" upgrades the cluster to new patches, so "${version}" would soon be a downgrade: use "${version.replace(/\.\d+$/, "")}", or use the channel "none"`;
  return undefined;
}

/** Returns the problem with two channels that both install node images, or `undefined`. */
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

/** The lengths of a window that AKS accepts, in hours. */
export const windowHours = [4, 24] satisfies Bounds;

/** Returns the problems of the arguments, by property path. */
export function upgradeFindings(args: UpgradeArgs, version: string | undefined) {
  const { maintenance, channel = defaultChannel(version), nodeOsChannel = upgradeDefaults.nodeOsChannel } = args;
  return [
    ["kubernetesVersion", versionProblem(version, channel)],
    ["upgrades.nodeOsChannel", nodeOsChannelProblem(nodeOsChannel, channel)],
    ...maintenanceFindings("upgrades.maintenance", maintenance),
  ] as const;
}

/** Returns the problems of a maintenance window, by property path. */
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

/**
 * AKS's three schedules, each with its distance in days from the day of Kubernetes upgrades.
 * https://learn.microsoft.com/azure/aks/planned-maintenance
 */
const schedules = {
  "aks-releases": { configName: "default", daysLater: -1 },
  "cluster-upgrades": { configName: "aksManagedAutoUpgradeSchedule", daysLater: 0 },
  "node-upgrades": { configName: "aksManagedNodeOSUpgradeSchedule", daysLater: 1 },
};

/**
 * Restricts upgrades to a maintenance window.
 * @param after the last operation on the cluster: AKS runs one operation at a time
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
