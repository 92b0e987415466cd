/** Converts the rules to Pulumi policies, with configuration, exceptions and unknown values. */
import type {
  Policy,
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { isAnyVersion, ownType } from "./azure/anyVersion.ts";
import { type Exception, exceptionsFor, exceptionsSchema, today } from "./exceptions.ts";
import { podOf } from "./kubernetes/podSpecs.ts";
import { message } from "./message.ts";
import { isWrong, type Outcome } from "./outcome.ts";
import type { Rule, StackResource, StackRule } from "./rule.ts";
import { rules } from "./rules/all.ts";
import { inPlace, lifted } from "./azure/lifted.ts";
import { plain, type Spot } from "./propertyValues.ts";

export const policies = rules.map(policyOf);

export function policyOf(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const about: Policy = {
    name: rule.id,
    description: rule.title,
    severity: rule.severity,
    enforcementLevel: rule.level,
    remediationSteps: rule.fix,
    url: rule.reference,
    configSchema: { properties: { ...rule.settings, exceptions: exceptionsSchema } },
  };
  return rule.on === "stack"
    ? { ...about, validateStack: (args, report) => validateStack(rule, args, report) }
    : { ...about, validateResource: (args, report) => validateResource(rule, args, report) };
}

type Report = (message: string, urn?: string) => void;

interface Settings {
  exceptions: readonly Exception[];
  [name: string]: unknown;
}

/** Returns a rule's settings, with defaults for those that the configuration does not set. */
function settingsOf(rule: Rule, args: { getConfig<T extends object>(): T }): Settings {
  const defaults = Object.entries(rule.settings ?? {}).map(([name, schema]) => [name, schema.default] as const);
  return { exceptions: [], ...Object.fromEntries(defaults), ...args.getConfig<object>() };
}

/**
 * A resource with unknown values is neither right nor wrong. The rule is reported as not applicable, so that Pulumi
 * does not count it as passed. The update decides, because it knows every value before it creates the resource.
 */
function validateResource(rule: Exclude<Rule, StackRule>, args: ResourceValidationArgs, report: Report): void {
  const settings = settingsOf(rule, args);
  const outcomes = outcomesOf(rule, args, settings);
  if (outcomes === undefined) args.notApplicable("the rule does not apply to resources of this type");
  const { holds, expired } = exceptionsFor(
    settings.exceptions,
    args.urn,
    today(),
    ownType(args.type, plain(args.props)),
  );
  if (holds !== undefined) args.notApplicable(`excepted: ${holds.reason}`);
  const wrong = outcomes.filter(isWrong);
  if (wrong.length > 0) report(message(rule, wrong, expired));
  else if (outcomes.length > 0) args.notApplicable(cannotBeTold(outcomes));
}

function outcomesOf(
  rule: Exclude<Rule, StackRule>,
  args: ResourceValidationArgs,
  settings: Settings,
): Outcome[] | undefined {
  if (rule.on === "pods") {
    const pod = podOf(args.type, { path: "", value: plain(args.props) });
    return pod === undefined ? undefined : rule.check(pod, settings);
  }
  const { type, properties } = azureResource(args.type, args.props);
  if (!rule.types(type)) return undefined;
  const outcomes = rule.check(properties, settings, type);
  return isAnyVersion(args.type) ? outcomes.map((outcome) => inPlace(outcome)) : outcomes;
}

function validateStack(rule: StackRule, args: StackValidationArgs, report: Report): void {
  const settings = settingsOf(rule, args);
  const outcomes = rule.check(args.resources.map(stackResource), settings);
  const undecided: Outcome[] = [];
  let reported = 0;
  for (const outcome of outcomes) {
    const { holds, expired } = exceptionsFor(settings.exceptions, outcome.resource.urn, today(), outcome.resource.type);
    if (holds !== undefined) continue;
    if (!isWrong(outcome)) undecided.push(outcome);
    else {
      report(message(rule, [outcome], expired), outcome.resource.urn);
      reported++;
    }
  }
  if (reported === 0 && undecided.length > 0) args.notApplicable(cannotBeTold(undecided));
}

const stackResource = ({ urn, type, props, propertyDependencies }: PolicyResource): StackResource => ({
  urn,
  ...azureResource(type, props),
  origins: (property) =>
    (propertyDependencies[property] ?? (isAnyVersion(type) ? propertyDependencies.properties : undefined) ?? []).map(
      (origin) => origin.urn,
    ),
});

/** Returns a resource in the form of the SDK's own type, even if it was created as another type. */
function azureResource(type: string, props: unknown): { type: string; properties: Spot } {
  const value = plain(props);
  return {
    type: ownType(type, value),
    properties: { path: "", value: isAnyVersion(type) ? lifted(value) : value },
  };
}

const cannotBeTold = (outcomes: readonly Outcome[]) =>
  `not known at preview: ${outcomes.map(({ path }) => path).join(", ")}`;
