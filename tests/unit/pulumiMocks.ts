/**
 * Pulumi's engine and providers for unit tests. The mocks answer each registration as Azure, Kubernetes and Docker would, and
 * record it as the engine receives it, with options and secrets, which `Mocks` alone does not show. `Mocks` also accepts any
 * input; these mocks fail a test whose inputs do not match the provider's schema (`schema/`).
 */
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceOutputsRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { answerCall, answerResource } from "./providerAnswers.ts";
import { secret, unknown } from "./unknownAndSecret.ts";
import { answerProblems, callProblems, resourceProblems, resultProblems } from "./schema/checkInputs.ts";

export { secret, unknown };

/** A registered resource. References to other resources have the form `TYPE::NAME`, as {@link Registered.label}. */
export interface Registered {
  label: string;
  type: string;
  name: string;
  /** Inputs, with `secret(...)` around secrets and `unknown` for values that are not known yet. */
  inputs: Record<string, unknown>;
  /** Arguments of `registerOutputs`; `undefined` before that call, and for resources that are not components. */
  outputs?: Record<string, unknown>;
  parent?: string;
  /** The explicit provider; `undefined` for the default provider. */
  provider?: string;
  /** Resources that it waits for: those in `dependsOn`, and those that its inputs come from. */
  dependencies: string[];
  protect?: boolean;
  retainOnDelete?: boolean;
  deletedWith?: string;
  ignoreChanges: string[];
  /** `undefined` leaves the order of a replacement to the provider. */
  deleteBeforeReplace?: boolean;
  /** The transforms given to this resource itself; the engine also applies those of its parents. */
  transforms: pulumi.ResourceTransform[];
  /** Earlier URNs and names, without the old types that Azure's SDK adds to every resource. */
  aliases: string[];
}

export interface Call {
  token: string;
  inputs: Record<string, unknown>;
}

export interface Cloud {
  /**
   * Waits until all registrations, and those that they trigger, are complete. Returns them in order.
   * @throws Error for an unexpected function call, and for inputs or answers that do not match the provider's schema
   */
  settled(): Promise<Registered[]>;
  /** Resources registered so far. */
  registered: Registered[];
  /** Calls of provider functions so far. */
  calls: Call[];
  /** `start LABEL` when a resource is registered, `done LABEL` when it exists. */
  events: string[];
}

export interface CloudOptions {
  /**
   * True: a preview of a new stack, which creates nothing, so ids and most outputs stay unknown. "update": a preview that
   * updates existing resources, for which azure-native returns id and name.
   */
  preview?: boolean | "update";
  /** Milliseconds that the creation of a resource takes, by type. Default: 0. */
  slow?: Record<string, number>;
}

/** Errors that the mocks of the running test found and have not reported yet. */
const untold: Error[] = [];

// Also reports the errors of tests that never call `settled`.
afterEach(() => {
  const [first] = untold.splice(0);
  if (first !== undefined) throw first;
});

/** Replaces engine and providers by mocks, for the stack "test" of the project "tarmac". */
export async function mockCloud({ preview = false, slow = {} }: CloudOptions = {}): Promise<Cloud> {
  // As on a machine with a Docker engine, whatever this one has. Tests of the other case set the variable themselves.
  process.env.DOCKER_HOST ??= "tcp://localhost:2375";
  const registered: Registered[] = [];
  const calls: Call[] = [];
  const events: string[] = [];
  const noted = <T>(answer: () => T): T => {
    try {
      return answer();
    } catch (error) {
      untold.push(error as Error);
      throw error;
    }
  };
  const hold = (what: string, find: () => string[]) => {
    const problems = noted(find);
    if (problems.length > 0) untold.push(new Error(`${what}:\n  ${problems.join("\n  ")}`));
  };
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => {
        calls.push({ token, inputs: inputs as Record<string, unknown> });
        const args = inputs as Record<string, unknown>;
        hold(`arguments of ${token}`, () => callProblems(token, args));
        const result = noted(() => answerCall(token, args));
        hold(`the mock's answer to ${token}`, () => resultProblems(token, result));
        return result;
      },
      newResource: async ({ type, name, inputs, custom, transforms }) => {
        registered.find(({ label }) => label === `${type}::${name}`)?.transforms.push(...(transforms ?? []));
        await new Promise((resolve) => setTimeout(resolve, slow[type] ?? 0));
        events.push(`done ${type}::${name}`);
        if (custom !== true) return { id: undefined, state: {} };
        const given = inputs as Record<string, unknown>;
        const answer = noted(() => answerResource(type, name, given));
        if (preview === "update") return { id: answer.id, state: { ...given, name: answer.state.name } };
        if (preview) return { id: undefined, state: given };
        hold(`the mock's answer to ${type}::${name}`, () => answerProblems(type, given, answer.state));
        return answer;
      },
    },
    "tarmac",
    "test",
    preview !== false,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const registerResource = monitor.registerResource.bind(monitor);
  const registerResourceOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback) => {
    const record = recordOf(request);
    registered.push(record);
    events.push(`start ${record.label}`);
    if (request.getCustom()) hold(record.label, () => resourceProblems(record.type, record.inputs));
    return registerResource(request, callback);
  };
  monitor.registerResourceOutputs = (request: RegisterResourceOutputsRequest, callback) => {
    const owner = registered.find(({ label }) => label === labelOf(request.getUrn()));
    if (owner !== undefined) owner.outputs = decoded(request.getOutputs()?.toJavaScript());
    return registerResourceOutputs(request, callback);
  };
  const settled = async () => {
    await pulumi.runtime.disconnect();
    const [first] = untold.splice(0);
    if (first !== undefined) throw first;
    return registered;
  };
  return { settled, registered, calls, events };
}

function recordOf(request: RegisterResourceRequest): Registered {
  const [type, name] = [request.getType(), request.getName()];
  return {
    label: `${type}::${name}`,
    type,
    name,
    inputs: decoded(request.getObject()?.toJavaScript()),
    parent: labelOf(request.getParent()),
    provider: labelOf(request.getProvider()),
    dependencies: request.getDependenciesList().map((urn) => labelOf(urn) ?? ""),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deletedWith: labelOf(request.getDeletedwith()),
    ignoreChanges: request.getIgnorechangesList(),
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    transforms: [],
    aliases: request
      .getAliasesList()
      .map((alias) => (alias.hasSpec() ? (alias.getSpec()?.getName() ?? "") : alias.getUrn()))
      .filter((name) => name !== ""),
  };
}

/** `TYPE::NAME` of a URN `urn:pulumi:STACK::PROJECT::PARENTTYPE$TYPE::NAME`, also of a provider reference, which ends in an id. */
function labelOf(urn: string): string | undefined {
  const [, , types, name] = urn.split("::");
  return types === undefined || name === undefined ? undefined : `${types.split("$").pop() ?? types}::${name}`;
}

function decoded(properties: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, decode(value)]));
}

function decode(value: unknown): unknown {
  if (value === pulumi.runtime.unknownValue) return unknown;
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  const map = value as Record<string, unknown>;
  return map[pulumi.runtime.specialSigKey] === pulumi.runtime.specialSecretSig
    ? secret(decode(map.value))
    : decoded(map);
}

/** The labels of resources in alphabetical order, for assertions on the exact list. */
export const labels = (resources: readonly Registered[]): string[] => resources.map(({ label }) => label).sort();

/** The one resource of a type, or the one with this name among several. @throws Error when there is none or more than one */
export function only(resources: readonly Registered[], type: string, name?: string): Registered {
  const found = resources.filter((one) => one.type === type && (name === undefined || one.name === name));
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`${found.length} resources of type ${type} among\n  ${labels(resources).join("\n  ")}`);
  }
  return first;
}

/** An unknown output, as of a resource that a preview would only create. */
export const pending = <T>(): pulumi.Output<T> =>
  pulumi.output<T>(pulumi.runtime.deserializeProperty(pulumi.runtime.unknownValue, true) as T) as pulumi.Output<T>;

/** The resolved value of an output; `unknown` if a preview cannot know it. */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<T | typeof unknown> {
  const inner = output as unknown as { promise(): Promise<T>; isKnown: Promise<boolean> };
  return (await inner.isKnown) ? inner.promise() : unknown;
}

/** The problems of the error that a constructor throws, as `path: reason`. @throws Error when the constructor succeeds */
export function refusal(construct: () => unknown): string[] {
  try {
    construct();
  } catch (error) {
    if (pulumi.InputPropertyError.isInstance(error)) return [`${error.propertyPath}: ${error.reason}`];
    if (pulumi.InputPropertiesError.isInstance(error)) {
      return (error.errors ?? []).map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
    }
    throw error;
  }
  throw new Error("nothing was refused");
}
