/**
 * What exists in the simulated Azure, kept in one file. Each change is on disk before it is answered, and a file is replaced whole, so a
 * killed process loses nothing that somebody was told of.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
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

/** A resource with what the service remembers of it but does not show. */
export interface Entry {
  resource: Resource;
  /** Time of creation, ISO 8601. */
  createdAt: string;
  /** Secrets and other inner facts, such as a registry's admin password. */
  inner: JsonObject;
}

/** A long-running operation; one that was under way when the process died is taken up again at the next start. */
export interface OperationRecord {
  id: string;
  kind: "provision" | "remove";
  resourceId: string;
  namespace: string;
  location: string;
  status: "InProgress" | "Succeeded" | "Failed";
  startTime: string;
  endTime?: string;
  error?: { code: string; message: string };
}

/** A service principal that is no managed identity: the deployer's colleagues in tests. */
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
   * Opens the inventory of a file, or an empty one when there is none. A file that cannot be read is kept aside under another name:
   * starting with nothing is what mends it, and what was in it may still be of use.
   */
  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#contents = existsSync(file) ? read(file) : empty();
  }

  get(id: string): Entry | undefined {
    return this.#contents.resources[idKey(id)];
  }

  /** Stores a resource under its id; a new one gets its time of creation. */
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

  /** Changes properties of a resource that exists; of one that is gone meanwhile nothing is left to change. */
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

  /** The scope's own resource and everything below it, or what is of one type (its exact name), oldest first. */
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

  /** Writes the file. Needed by hand only after a change to operations, service principals or simulation. */
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
    // Not JSON: kept aside below.
  }
  const aside = `${file}.unreadable-${Date.now()}`;
  renameSync(file, aside);
  process.stderr.write(`simulated Azure: the inventory ${file} could not be read; kept as ${aside}, starting empty\n`);
  return empty();
}
