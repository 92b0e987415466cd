/** `pulumi up` with the time of each resource and its dependencies. */
import { followEvents, lastWords } from "../../ops/pulumi/engineEvents.ts";
import { checkoutFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import type { OwnStack } from "../../tests/e2e/ownStack.ts";
import type { Timed } from "./criticalPath.ts";

export interface TimedUp {
  /** Seconds of the whole command. */
  seconds: number;
  resources: Timed[];
}

interface StateResource {
  urn: string;
  type: string;
  parent?: string;
  /** "URN::ID" */
  provider?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
}

/** @throws Error with Pulumi's last output when the update fails */
export async function timedUp(stack: OwnStack): Promise<TimedUp> {
  const file = await stack.writeSettings();
  const begun = new Map<string, number>();
  const taken = new Map<string, number>();
  const errors: string[] = [];
  const started = performance.now();
  const ended = await followEvents(
    ["up", "--yes", "--skip-preview", "--json", "--stack", stack.name, "--config-file", file],
    { cwd: checkoutFolder, env: stackEnvironment() },
    ({ resourcePreEvent, resOutputsEvent, diagnosticEvent }) => {
      if (diagnosticEvent?.severity === "error") errors.push(diagnosticEvent.message.trim());
      if (resourcePreEvent !== undefined) begun.set(resourcePreEvent.metadata.urn, performance.now());
      const urn = resOutputsEvent?.metadata.urn;
      const begin = urn === undefined ? undefined : begun.get(urn);
      if (urn !== undefined && begin !== undefined) taken.set(urn, (performance.now() - begin) / 1000);
    },
  );
  const seconds = (performance.now() - started) / 1000;
  if (ended.code !== 0) throw new Error(`the update failed: ${errors.join("\n") || lastWords(ended)}`);

  const { deployment } = JSON.parse(await stack.state()) as { deployment: { resources: StateResource[] } };
  const byUrn = new Map(deployment.resources.map((resource) => [resource.urn, resource]));
  const resources = deployment.resources
    // A component has no separate time, because it takes as long as its children.
    .filter(({ urn, type }) => taken.has(urn) && !type.startsWith("tarmac:") && type !== "pulumi:pulumi:Stack")
    .map((resource) => ({
      urn: resource.urn,
      type: resource.type,
      seconds: taken.get(resource.urn) ?? 0,
      after: awaited(resource, byUrn),
    }));
  return { seconds, resources };
}

/** The resources that its inputs come from, its provider, and everything that its parent components wait for. */
function awaited(resource: StateResource, byUrn: ReadonlyMap<string, StateResource>): string[] {
  const { dependencies = [], propertyDependencies = {}, provider, parent } = resource;
  const component = byUrn.get(parent ?? "");
  return [
    ...new Set([
      ...dependencies,
      ...Object.values(propertyDependencies).flatMap((urns) => urns ?? []),
      ...(provider === undefined ? [] : [provider.split("::").slice(0, -1).join("::")]),
      ...(component === undefined ? [] : awaited(component, byUrn)),
    ]),
  ];
}
