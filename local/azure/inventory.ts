/**
 * The resources of the simulated Azure, stored in one file. Every change is on disk before the request is answered, and the file is replaced
 * atomically, so that a killed process loses nothing that it has confirmed.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ErrorDetail } from "./armErrors.ts";
import { asObject, type JsonObject } from "./jsonValues.ts";
import { idKey, isWithin } from "./resourcePath.ts";

/** A resource as the Resource Manager shows it. */
export interface Resource {
  id: string;
  name: string;
  type: string;
  location?: string;
  tags?: Record<string, string>;
  identity?: JsonObject;
  sku?: JsonObject;
  kind?: string;
  managedBy?: string;
  properties: JsonObject;
}

/** A resource, with data that the service keeps but does not show. */
export interface Entry {
  resource: Resource;
  /** Time of creation, ISO 8601. */
  createdAt: string;
  /** Secrets and other internal data, such as a registry's admin passwords. */
  inner: JsonObject;
}

/** A long-running operation. The next start resumes one that was in progress when the process died. */
export interface OperationRecord {
  id: string;
  /** Otherwise the name of one of the type's long actions. */
  kind: "provision" | "remove" | (string & {});
  resourceId: string;
  namespace: string;
  location: string;
  status: "InProgress" | "Succeeded" | "Failed";
  startTime: string;
  endTime?: string;
  error?: ErrorDetail & { details?: ErrorDetail[] };
  /** For the kind "action": its name and its input. */
  action?: { name: string; input: JsonObject };
}

/** A service principal with a secret, for tests that need further users besides the deployer. */
export interface ServicePrincipal {
  objectId: string;
  clientId: string;
  clientSecret: string;
  displayName: string;
  createdAt: string;
}

interface Contents {
  version: 1;
  resources: Record<string, Entry>;
  operations: Record<string, OperationRecord>;
  servicePrincipals: ServicePrincipal[];
  simulation: JsonObject;
}

const empty = (): Contents => ({ version: 1, resources: {}, operations: {}, servicePrincipals: [], simulation: {} });

export class Inventory {
  readonly #file: string;
  readonly #contents: Contents;

  /**
   * Opens the inventory of a file, or an empty one if the file does not exist. An unreadable file is renamed: the service can then start
   * empty, and nothing in the file is lost.
   */
  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#contents = existsSync(file) ? read(file) : empty();
  }

  get(id: string): Entry | undefined {
    return this.#contents.resources[idKey(id)];
  }

  /** Stores a resource under its id. A new one gets its creation time. */
  put(resource: Resource, inner: JsonObject = {}): Entry {
    const key = idKey(resource.id);
    const before = this.#contents.resources[key];
    const entry: Entry = {
      resource,
      createdAt: before?.createdAt ?? new Date().toISOString(),
      inner: { ...before?.inner, ...inner },
    };
    this.#contents.resources[key] = entry;
    this.save();
    return entry;
  }

  /** Changes properties of a resource. Does nothing if the resource no longer exists. */
  patchProperties(id: string, properties: JsonObject): void {
    const entry = this.get(id);
    if (entry === undefined) return;
    Object.assign(entry.resource.properties, properties);
    this.save();
  }

  remove(ids: string[]): void {
    for (const id of ids) delete this.#contents.resources[idKey(id)];
    this.save();
  }

  /** All resources of a type (full name, any case), oldest first. */
  ofType(type: string): Entry[] {
    return this.all().filter((entry) => entry.resource.type.toLowerCase() === type.toLowerCase());
  }

  /** The scope's own resource and everything below it, optionally of one type (exact name) only, oldest first. */
  within(scope: string, type?: string): Entry[] {
    return this.all().filter(
      ({ resource }) => isWithin(resource.id, scope) && (type === undefined || resource.type === type),
    );
  }

  all(): Entry[] {
    return Object.values(this.#contents.resources).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  }

  get operations(): Record<string, OperationRecord> {
    return this.#contents.operations;
  }

  get servicePrincipals(): ServicePrincipal[] {
    return this.#contents.servicePrincipals;
  }

  get simulation(): JsonObject {
    return this.#contents.simulation;
  }

  /** Writes the file. Callers need it only after they change operations, service principals or simulation. */
  save(): void {
    const draft = `${this.#file}.${process.pid}.tmp`;
    writeFileSync(draft, JSON.stringify(this.#contents, null, 2), { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

function read(file: string): Contents {
  try {
    const contents = asObject(JSON.parse(readFileSync(file, "utf8")));
    if (contents?.version === 1) return { ...empty(), ...(contents as unknown as Contents) };
  } catch {
    // Not JSON: renamed below.
  }
  const aside = `${file}.unreadable-${Date.now()}`;
  renameSync(file, aside);
  process.stderr.write(
    `simulated Azure: the inventory ${file} is unreadable; renamed it to ${aside} and started empty\n`,
  );
  return empty();
}
