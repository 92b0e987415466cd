/**
 * Long-running operations. An operation is on disk from its start, so that a restarted service can resume it. Clients poll its status
 * (`Azure-AsyncOperation`) or its result (`Location`).
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ArmError } from "./armErrors.ts";
import type { Reply, Request } from "./httpMessages.ts";
import type { Inventory, OperationRecord } from "./inventory.ts";
import { idKey, isWithin, parsePath } from "./resourcePath.ts";

/** Runs an operation. An ArmError that it throws becomes the operation's error. */
export type Work = (operation: OperationRecord) => Promise<void>;

/** How long clients can ask about a finished operation. */
const keptSeconds = 3600;

export class Operations {
  readonly #inventory: Inventory;
  readonly #pollSeconds: number;
  readonly #stopping: AbortSignal;
  readonly #running = new Map<string, Promise<void>>();
  #work: Work = () => Promise.reject(new Error("operations have no work yet"));

  /** @param pollSeconds what `Retry-After` tells clients while an operation runs. */
  constructor(inventory: Inventory, pollSeconds: number, stopping: AbortSignal) {
    this.#inventory = inventory;
    this.#pollSeconds = pollSeconds;
    this.#stopping = stopping;
  }

  /** Sets the function that runs operations, and resumes those that an earlier process left in progress. */
  resume(work: Work): void {
    this.#work = work;
    for (const operation of Object.values(this.#inventory.operations)) {
      if (operation.status === "InProgress") this.#run(operation);
    }
  }

  start(
    operation: Pick<OperationRecord, "kind" | "resourceId" | "namespace" | "location" | "action">,
  ): OperationRecord {
    const record: OperationRecord = {
      ...operation,
      id: randomUUID(),
      status: "InProgress",
      startTime: new Date().toISOString(),
    };
    this.#forgetOld();
    this.#inventory.operations[record.id] = record;
    this.#inventory.save();
    this.#run(record);
    return record;
  }

  /** Waits for an operation to end, up to a time limit. @returns whether it has ended */
  async settled(operation: OperationRecord, milliseconds: number): Promise<boolean> {
    const timeout = new AbortController();
    const waited = sleep(milliseconds, undefined, { signal: timeout.signal }).catch(() => undefined);
    await Promise.race([this.#running.get(operation.id), waited]);
    timeout.abort();
    return !this.#running.has(operation.id);
  }

  /** The operation in progress on a resource, if any. An action leaves the resource as it is. */
  current(resourceId: string): OperationRecord | undefined {
    return this.#underWay().find(({ kind, resourceId: id }) => kind !== "action" && idKey(id) === idKey(resourceId));
  }

  /** An operation in progress on a scope or on something below it, if any. */
  within(scope: string): OperationRecord | undefined {
    return this.#underWay().find(({ resourceId }) => isWithin(resourceId, scope));
  }

  /** Waits until no operation is in progress at or below a scope, except removals. */
  async workDone(scope: string): Promise<void> {
    const running = this.#underWay()
      .filter(({ kind, resourceId }) => kind !== "remove" && isWithin(resourceId, scope))
      .flatMap(({ id }) => this.#running.get(id) ?? []);
    await Promise.all(running);
  }

  /** Resolves when no operation is in progress. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Headers of the answer that accepted an operation. */
  headers(operation: OperationRecord, endpoint: string, apiVersion: string): Record<string, string> {
    const subscription = parsePath(operation.resourceId)?.subscription ?? "";
    const group = operation.namespace === "Microsoft.Resources";
    const place = group
      ? `${endpoint}/subscriptions/${subscription}`
      : `${endpoint}/subscriptions/${subscription}/providers/${operation.namespace}/locations/${operation.location}`;
    const version = `api-version=${apiVersion}`;
    return {
      ...(group || operation.kind === "action"
        ? {}
        : { "Azure-AsyncOperation": `${place}/operations/${operation.id}?${version}` }),
      // After an accepted PUT clients read the resource. A removal and an action have a result of their own.
      ...(operation.kind !== "provision" ? { Location: `${place}/operationresults/${operation.id}?${version}` } : {}),
      "Retry-After": `${this.#pollSeconds}`,
    };
  }

  /** Answers the paths that `headers` gave out; undefined for others. */
  answer(request: Request): Reply | undefined {
    const match = /\/(operations|operationresults)\/([0-9a-f-]{36})$/i.exec(request.path);
    if (match === null || request.method !== "GET") return undefined;
    const operation = this.#inventory.operations[(match[2] ?? "").toLowerCase()];
    if (operation === undefined) {
      throw new ArmError(404, "OperationNotFound", `The operation '${match[2]}' could not be found.`);
    }
    const headers: Record<string, string> =
      operation.status === "InProgress" ? { "Retry-After": `${this.#pollSeconds}` } : {};
    if (match[1]?.toLowerCase() === "operations") {
      const { id: name, status, startTime, endTime, error } = operation;
      return { status: 200, headers, body: { id: request.path, name, status, startTime, endTime, error } };
    }
    if (operation.status === "InProgress") {
      return {
        status: 202,
        headers: { ...headers, Location: `${request.origin}${request.path}?${request.query.toString()}` },
      };
    }
    if (operation.error !== undefined) return { status: 409, body: { error: operation.error } };
    const hasNoContent = operation.kind === "remove" && operation.namespace !== "Microsoft.Resources";
    return { status: hasNoContent ? 204 : 200 };
  }

  #run(operation: OperationRecord): void {
    const running = this.#work(operation).then(
      () => this.#end(operation, undefined),
      (error: unknown) => this.#end(operation, error instanceof Error ? error : new Error(String(error))),
    );
    this.#running.set(operation.id, running);
  }

  #end(operation: OperationRecord, error: Error | undefined): void {
    this.#running.delete(operation.id);
    // Interrupted because the service stops: the next start resumes it.
    if (error !== undefined && this.#stopping.aborted) return;
    operation.status = error === undefined ? "Succeeded" : "Failed";
    operation.endTime = new Date().toISOString();
    if (error !== undefined) {
      operation.error =
        error instanceof ArmError ? error.toBody().error : { code: "InternalServerError", message: error.message };
    }
    this.#inventory.save();
  }

  #underWay(): OperationRecord[] {
    return Object.values(this.#inventory.operations).filter(({ id }) => this.#running.has(id));
  }

  #forgetOld(): void {
    const before = new Date(Date.now() - keptSeconds * 1000).toISOString();
    for (const [id, { endTime }] of Object.entries(this.#inventory.operations)) {
      if (endTime !== undefined && endTime < before) delete this.#inventory.operations[id];
    }
  }
}
