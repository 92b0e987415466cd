/** What a rule is: what must hold, why, how to fix it, and the check. */
import type { EnforcementLevel, PolicyConfigSchema, Severity } from "@pulumi/policy";
import type { Pod } from "./kubernetes/podSpecs.ts";
import type { Outcome } from "./outcome.ts";
import type { Spot } from "./propertyValues.ts";

interface About {
  /** Stable: configurations and exceptions name it. */
  id: string;
  /** What must hold, as one sentence without full stop. */
  title: string;
  /** Why it matters: what happens otherwise. */
  reason: string;
  /** What to change. */
  fix: string;
  /** Where it is explained by those who make it. */
  reference: string;
  /** Azure Policy's built-in definition that asks for the same, where there is one. */
  azurePolicy?: string;
  severity: Severity;
  /** How strictly it is enforced where no configuration says otherwise. */
  level: EnforcementLevel;
  /** What the rule can be told, with its defaults. `exceptions` and the enforcement level go without saying. */
  settings?: PolicyConfigSchema["properties"];
}

/** About the pods that a resource of Kubernetes makes, whatever its kind. */
export interface PodRule<Settings extends object = object> extends About {
  on: "pods";
  check(pod: Pod, settings: Settings): Outcome[];
}

/** About resources of certain types, by their inputs. */
export interface ResourceRule<Settings extends object = object> extends About {
  on: "resources";
  /**
   * Which types, as Pulumi writes them, e.g. "azure-native:containerregistry:Registry". A registry that is made as a resource
   * of any version comes as such, with its settings where that type has them.
   */
  types: (type: string) => boolean;
  check(inputs: Spot, settings: Settings, type: string): Outcome[];
}

/** About resources in their relation to others. */
export interface StackRule<Settings extends object = object> extends About {
  on: "stack";
  check(resources: readonly StackResource[], settings: Settings): StackOutcome[];
}

export type StackOutcome = Outcome & { resource: StackResource };

/** A resource among all of a stack. */
export interface StackResource {
  urn: string;
  type: string;
  /** Outputs once it exists, inputs before. */
  properties: Spot;
  /** The resources that a property's value is made from, by their URNs. */
  origins(property: string): string[];
}

export type Rule = PodRule | ResourceRule | StackRule;
