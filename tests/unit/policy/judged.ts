/** Runs a policy of the pack on a resource in the same way as Pulumi's SDK. */
import {
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationArgs,
  type StackValidationPolicy,
  unknownCheckingProxy,
} from "@pulumi/policy";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { policies } from "../../../policy/policies.ts";

/** The engine's placeholder for a value that only the update will know. */
export const unknown = unknownValue;

/** Properties with the SDK's proxy around unknown values. The SDK does not export a type for it. */
export const asSent = unknownCheckingProxy as (properties: object) => Record<string, unknown>;

export interface Said {
  violations: { message: string; urn?: string }[];
  /** The policy's reason for not judging. */
  notApplicable?: string;
}

class NotApplicable extends Error {}

export interface TestResource {
  type: string;
  name?: string;
  /** Type of the component that it belongs to. Default: one of a program. */
  parent?: string;
  props: Record<string, unknown>;
  /** Names of the resources that a property's value comes from. */
  origins?: Record<string, string[]>;
}

export const urnOf = ({ type, name = "it", parent = "shop:index:App" }: Omit<TestResource, "props">) =>
  `urn:pulumi:dev::shop::${parent}$${type}::${name}`;

const find = (id: string) => {
  const policy = policies.find(({ name }) => name === id);
  if (policy === undefined) throw new Error(`the pack has no rule "${id}"`);
  return policy;
};

/** Runs one rule on one resource. @param config the rule's settings, in the form of the pack's configuration */
export function judged(id: string, resource: TestResource, config: object = {}): Said {
  const validate = (find(id) as ResourceValidationPolicy).validateResource;
  if (typeof validate !== "function") throw new Error(`"${id}" is not about single resources`);
  return said(config, (shared, report) => {
    const urn = urnOf(resource);
    const { type, props, name = "it" } = resource;
    return validate({ ...shared, type, name, urn, props: asSent(props) } as unknown as ResourceValidationArgs, report);
  });
}

/** Runs one rule on a stack. */
export function judgedStack(id: string, resources: TestResource[], config: object = {}): Said {
  const { validateStack } = find(id) as StackValidationPolicy;
  const all = resources.map(
    (resource) =>
      ({
        type: resource.type,
        urn: urnOf(resource),
        props: asSent(resource.props),
      }) as unknown as PolicyResource,
  );
  for (const [index, { origins = {} }] of resources.entries()) {
    const named = (name: string) => all.filter((_, other) => resources[other]?.name === name);
    all[index]!.propertyDependencies = Object.fromEntries(
      Object.entries(origins).map(([property, names]) => [property, names.flatMap(named)]),
    );
  }
  return said(config, (shared, report) =>
    validateStack({ ...shared, resources: all } as unknown as StackValidationArgs, report),
  );
}

function said(config: object, ask: (shared: object, report: (message: string, urn?: string) => void) => unknown): Said {
  const violations: Said["violations"] = [];
  const shared = {
    getConfig: () => config,
    notApplicable: (reason: string) => {
      throw new NotApplicable(reason);
    },
  };
  try {
    ask(shared, (message, urn) => violations.push({ message, urn }));
  } catch (error) {
    if (error instanceof NotApplicable) return { violations, notApplicable: error.message };
    throw error;
  }
  return { violations };
}
