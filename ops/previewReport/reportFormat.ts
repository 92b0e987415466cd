/**
 * What a preview report knows: plain data, so that one job can collect it with credentials and another, which may write to
 * the pull request, judge and post it. Every text in it is masked already, and none is safe to be Markdown.
 */
import type { PropertyChange } from "../pulumi/propertyChanges.ts";

/** Of the JSON form: one that is not known is refused rather than half understood. */
export const reportVersion = 1;

export interface Report {
  version: typeof reportVersion;
  /** Commit that was previewed. */
  commit?: string;
  /** Why nothing was previewed although something may be touched, e.g. that there are no credentials. */
  offline?: string;
  /** Why nothing could be looked at at all. */
  failure?: string;
  environments: Environment[];
  /** Stacks that the change does not touch. */
  untouched: string[];
  /** Stacks that it touches and that are previewed at their deployment only. */
  notPreviewed?: string[];
  image?: ImageSize;
}

export interface Environment {
  stack: string;
  /** Why it is looked at, e.g. "Pulumi.prod.yaml"; absent where it was asked for by name. */
  because?: string[];
  /** Changes of the stack file. */
  settings: SettingChange[];
  /** What is wrong with its settings; one line each. */
  settingProblems: string[];
  /** Absent in a report without credentials. */
  preview?: Preview;
}

export interface SettingChange {
  key: string;
  /** Absent: it was not in the file. */
  before?: string;
  /** Absent: it is no longer in the file. */
  after?: string;
}

export interface Preview {
  /** "failed": there are errors, and `changes` may lack some. */
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
  /** As Pulumi names it, without the version of the API, e.g. "azure-native:containerservice:ManagedCluster". */
  type: string;
  /** The SDK's own type of what is made as a resource of any version, "azure-native:resources:Resource". */
  ownType?: string;
  /** Name in the program. */
  name: string;
  urn: string;
  /** Its `protect` option is on in the state: an update refuses to delete it. */
  protected: boolean;
  properties: PropertyChange[];
  /** A node pool that is replaced while no other pool takes the pods of the service. */
  lastPool?: boolean;
  /** Of a deletion: the resource of the same type that is created instead, which an alias might join with this one. */
  insteadCreated?: string;
}

export interface Message {
  /** Name and type of the resource it is about. */
  resource?: string;
  text: string;
}

export interface PolicyFinding {
  policy: string;
  pack: string;
  /** A mandatory one stops the update. */
  mandatory: boolean;
  resource?: string;
  text: string;
}

/** About how many bytes a node pulls, of the image before and after the change. */
export interface ImageSize {
  before?: number;
  after?: number;
  /** Why one of them is not known. */
  problem?: string;
}
