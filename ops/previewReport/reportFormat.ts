/**
 * The contents of a preview report: plain data, so that one job can collect it with credentials, and another, which may
 * write to the pull request, can judge and post it. All text is already masked, but not safe as Markdown.
 */
import type { PropertyChange } from "../pulumi/propertyChanges.ts";

/** Version of the JSON format: unknown versions are rejected rather than partly understood. */
export const reportVersion = 1;

export interface Report {
  version: typeof reportVersion;
  /** The previewed commit. */
  commit?: string;
  /** Why nothing was previewed although something may be touched, e.g. missing credentials. */
  offline?: string;
  /** Why nothing could be read at all. */
  failure?: string;
  environments: Environment[];
  /** Stacks that the change does not touch. */
  untouched: string[];
  /** Stacks that it touches and that are previewed only when they are deployed. */
  notPreviewed?: string[];
  image?: ImageSize;
}

export interface Environment {
  stack: string;
  /** Why it is included, e.g. "Pulumi.prod.yaml"; absent if it was requested by name. */
  because?: string[];
  /** Changes in the stack file. */
  settings: SettingChange[];
  /** Problems in its settings, one line each. */
  settingProblems: string[];
  /** Absent in a report without credentials. */
  preview?: Preview;
}

export interface SettingChange {
  key: string;
  /** Absent: the setting was not in the file. */
  before?: string;
  /** Absent: the setting is no longer in the file. */
  after?: string;
}

export interface Preview {
  /** "failed": there are errors, and `changes` may be incomplete. */
  outcome: "done" | "failed";
  seconds: number;
  changes: Change[];
  unchanged: number;
  errors: Message[];
  warnings: Message[];
  policy: PolicyFinding[];
}

export type Action = "create" | "update" | "replace" | "delete" | "import" | "forget";

export interface Change {
  action: Action;
  /** Pulumi's name, without the API version, e.g. "azure-native:containerservice:ManagedCluster". */
  type: string;
  /** The actual type of a resource of any version, "azure-native:resources:Resource". */
  ownType?: string;
  /** Name in the program. */
  name: string;
  urn: string;
  /** Whether `protect` is set in the state: an update then refuses to delete it. */
  protected: boolean;
  properties: PropertyChange[];
  /** A node pool that is replaced while no other pool accepts the service's pods. */
  lastPool?: boolean;
  /** A registry whose role mode changes in the same update that grants the nodes the role of the new mode. */
  refusesPulls?: boolean;
  /** For a deletion: the resource of the same type that is created instead, and that an alias could map to this one. */
  insteadCreated?: string;
}

export interface Message {
  /** Name and type of the affected resource. */
  resource?: string;
  text: string;
}

export interface PolicyFinding {
  policy: string;
  pack: string;
  /** A mandatory finding stops the update. */
  mandatory: boolean;
  resource?: string;
  text: string;
}

/** Approximate number of bytes that a node pulls, for the image before and after the change. */
export interface ImageSize {
  before?: number;
  after?: number;
  /** Why one of them is unknown. */
  problem?: string;
}
