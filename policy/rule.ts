/** A rule: its requirement, reason, fix and check. */
import type { EnforcementLevel, PolicyConfigSchema, Severity } from "@pulumi/policy";
import type { Pod } from "./kubernetes/podSpecs.ts";
import type { Outcome } from "./outcome.ts";
import type { Spot } from "./propertyValues.ts";

interface About {
  /** Stable id: configurations and exceptions refer to it. */
  id: string;
  /** The requirement, as one sentence without a full stop. */
  title: string;
  /** Why the rule matters: what happens otherwise. */
  reason: string;
  /** What to change. */
  fix: string;
  /** Link to the vendor's explanation. */
  reference: string;
  /** Name of Azure Policy's built-in definition with the same requirement, if there is one. */
  azurePolicy?: string;
  severity: Severity;
  /** Default enforcement level. */
  level: EnforcementLevel;
  /** The rule's settings, with defaults. Every rule also has `exceptions` and an enforcement level. */
  settings?: PolicyConfigSchema["properties"];
}

/** A rule about the pods of a Kubernetes resource of any kind. */
export interface PodRule<Settings extends object = object> extends About {
  on: "pods";
  check(pod: Pod, settings: Settings): Outcome[];
}

/** A rule about resources of certain types, by their inputs. */
export interface ResourceRule<Settings extends object = object> extends About {
  on: "resources";
  /**
   * Selects types by their Pulumi name, e.g. "azure-native:containerregistry:Registry". A registry that was created as
   * a generic resource of another API version arrives as this type, with its settings in the type's places.
   */
  types: (type: string) => boolean;
  check(inputs: Spot, settings: Settings, type: string): Outcome[];
}

/** A rule about resources in relation to others. */
export interface StackRule<Settings extends object = object> extends About {
  on: "stack";
  check(resources: readonly StackResource[], settings: Settings): StackOutcome[];
}

export type StackOutcome = Outcome & { resource: StackResource };

/** A resource of the stack. */
export interface StackResource {
  urn: string;
  type: string;
  /** Outputs of an existing resource, otherwise inputs. */
  properties: Spot;
  /** URNs of the resources that a property's value derives from. */
  origins(property: string): string[];
}

export type Rule = PodRule | ResourceRule | StackRule;
