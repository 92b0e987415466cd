/** Checks a resource's inputs before anything is planned: sets defaults, and reports missing properties and invalid names. */
import type { CheckRequest, CheckResult } from "../rpc/engineRequests.ts";
import { reveal, Unknown } from "../rpc/wireValues.ts";
import type { Properties, Value } from "../rpc/wireValues.ts";
import { autoName, createBeforeDeleteFlag } from "./autoName.ts";
import { missingAt, withoutNulls } from "./propertyPath.ts";
import { bodyInputs, nameInputs, ownNameInput } from "./types/describeType.ts";
import type { NameRule, ResourceType } from "./types/describeType.ts";

type Failure = NonNullable<CheckResult["failures"]>[number];

/** Finds the location of a resource whose program sets none: the present one, the configured one, or its group's. */
export type DefaultLocation = (olds: Properties, news: Properties) => Promise<Value | undefined>;

const locationHelp =
  ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.";

function missing(property: string): Failure {
  const help = property === "location" ? locationHelp : "";
  return { property, reason: `missing required property '${property}'${help}` };
}

function nameFailures(property: string, value: Value | undefined, rule: NameRule): Failure[] {
  if (typeof value !== "string") {
    return [];
  }
  const failures: string[] = [];
  if (rule.minLength !== undefined && value.length < rule.minLength) {
    failures.push(`'${property}' is too short (${value.length}): at least ${rule.minLength} characters required`);
  }
  if (rule.maxLength !== undefined && value.length > rule.maxLength) {
    failures.push(`'${property}' is too long (${value.length}): at most ${rule.maxLength} characters allowed`);
  }
  if (rule.pattern !== undefined && !rule.pattern.test(value)) {
    failures.push(`'${property}' does not match expression '${rule.pattern.source}': ${JSON.stringify(value)}`);
  }
  return failures.map((reason) => ({ property, reason }));
}

async function withDefaults(
  type: ResourceType,
  request: CheckRequest,
  news: Properties,
  defaultLocation: DefaultLocation,
): Promise<Properties> {
  const inputs = { ...news };
  const ownName = ownNameInput(type);
  if (inputs[ownName] === undefined) {
    const named = autoName(type, request, request.olds[ownName]);
    if (named !== undefined) {
      inputs[ownName] = named.name;
      if (named.random) {
        inputs[createBeforeDeleteFlag] = true;
      }
    }
  }
  if (inputs.location === undefined && bodyInputs(type).includes("location")) {
    const location = await defaultLocation(request.olds, inputs);
    if (location !== undefined) {
      inputs.location = location;
    }
  }
  return { ...inputs, azureApiVersion: inputs.azureApiVersion ?? type.apiVersion };
}

/** The inputs with defaults, and what is invalid in them. */
export async function checkInputs(
  type: ResourceType,
  request: CheckRequest,
  defaultLocation: DefaultLocation,
): Promise<CheckResult> {
  const inputs = await withDefaults(type, request, withoutNulls(request.news), defaultLocation);
  const plain = reveal(inputs) as Properties;
  const required = [...nameInputs(type), ...(type.required ?? [])];
  const failures = required.flatMap((path) => missingAt(plain, path)).map(missing);
  for (const [property, rule] of Object.entries(type.names ?? {})) {
    failures.push(...nameFailures(property, plain[property], rule));
  }
  for (const name of nameInputs(type)) {
    const value = plain[name];
    if (value !== undefined && !(value instanceof Unknown) && typeof value !== "string") {
      failures.push({
        property: name,
        reason: `'${name}' should be of type 'string' but got ${JSON.stringify(value)}`,
      });
    }
  }
  return { inputs, failures };
}
