/**
 * Reads the state of the stack from the file of Pulumi's local backend. `npm start` needs it several times, and each
 * `pulumi stack export` would take most of a second.
 * The form: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/stacks.go (VersionedCheckpoint)
 */
import { existsSync, readFileSync } from "node:fs";
import { signatureKey } from "../plugins/rpc/signatureKey.ts";

interface StateResource {
  urn: string;
  type: string;
  id?: string;
  /** A component exists in the state only. */
  custom?: boolean;
  /** It is replaced already, and only waits to be deleted. */
  delete?: boolean;
  outputs?: Record<string, unknown>;
}

export interface StackState {
  resources: StateResource[];
  /** The operations that an update had started when it was killed. */
  pendingOperations: { type: string; resource: Pick<StateResource, "urn" | "custom"> }[];
}

/** @returns an empty state before the first deployment */
export function readState(file: string): StackState {
  if (!existsSync(file)) return { resources: [], pendingOperations: [] };
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint: {
      latest?: {
        resources?: StateResource[] | null;
        pending_operations?: StackState["pendingOperations"] | null;
      } | null;
    };
  };
  return {
    resources: checkpoint.latest?.resources ?? [],
    pendingOperations: checkpoint.latest?.pending_operations ?? [],
  };
}

/** The outputs of the last update, in the form of `pulumi stack output --json`, with "[secret]" in place of secrets. */
export function outputsOf({ resources }: StackState): Record<string, unknown> {
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, masked(value)]));
}

const masked = (value: unknown): unknown =>
  typeof value === "object" && value !== null && signatureKey in value ? "[secret]" : value;
