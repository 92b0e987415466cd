/** What a policy of the pack says of a resource, asked the way Pulumi's SDK asks it. */
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

/** What the engine sends for a value that only the update will know. */
export const unknown = unknownValue;

/** Properties with the traps that the SDK sets around what is not known. It has no type of its own. */
export const asSent = unknownCheckingProxy as (properties: object) => Record<string, unknown>;

export interface Said {
  violations: { message: string; urn?: string }[];
  /** The reason that the policy gives for saying nothing. */
  notApplicable?: string;
}

class NotApplicable extends Error {}

export interface TestResource {
  type: string;
  name?: string;
  props: Record<string, unknown>;
  /** Names of the resources that a property's value is made from. */
  origins?: Record<string, string[]>;
}

export const urnOf = ({ type, name = "it" }: Pick<TestResource, "type" | "name">) =>
  `urn:pulumi:dev::shop::shop:index:App$${type}::${name}`;

const find = (id: string) => {
  const policy = policies.find(({ name }) => name === id);
  if (policy === undefined) throw new Error(`the pack has no rule "${id}"`);
  return policy;
};

/** Asks one rule about one resource. @param config the rule's settings, as the pack's configuration has them */
export function judged(id: string, resource: TestResource, config: object = {}): Said {
  const validate = (find(id) as ResourceValidationPolicy).validateResource;
  if (typeof validate !== "function") throw new Error(`"${id}" is not about single resources`);
  return said(config, (shared, report) => {
    const urn = urnOf(resource);
    const { type, props, name = "it" } = resource;
    return validate({ ...shared, type, name, urn, props: asSent(props) } as unknown as ResourceValidationArgs, report);
  });
}

/** Asks one rule about a stack. */
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
