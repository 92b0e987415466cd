/** The registries that are being served: each has a login server, and behind it a process that stores its images. */
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Server } from "node:https";
import { join } from "node:path";
import type { Cloud, LoginServers } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import type { Inventory, Resource } from "../inventory.ts";
import { asObject, asString } from "../jsonValues.ts";
import { idKey } from "../resourcePath.ts";
import type { Backend, LaunchBackend } from "./backend.ts";
import { openFrontDoor } from "./frontDoor.ts";
import type { RegistryView } from "./repositoryPermissions.ts";

export const registryType = "Microsoft.ContainerRegistry/registries";

export interface RegistriesOptions {
  /** Contains one folder for each registry. */
  folder: string;
  tls: { key: string; cert: string };
  tokenCertificate: string;
  /** Ports of login servers. Their number limits the number of registries. */
  ports: readonly number[];
  launch: LaunchBackend;
}

interface OpenRegistry {
  server: Server;
  backend: Backend | undefined;
}

export class Registries implements LoginServers {
  readonly #options: RegistriesOptions;
  readonly #inventory: Inventory;
  readonly #open = new Map<string, OpenRegistry>();

  constructor(options: RegistriesOptions, inventory: Inventory) {
    this.#options = options;
    this.#inventory = inventory;
  }

  freeLoginServer(): string {
    const taken = this.#inventory.ofType(registryType).map(({ resource }) => resource.properties.loginServer);
    const port = this.#options.ports.find((candidate) => !taken.includes(`localhost:${candidate}`));
    if (port !== undefined) return `localhost:${port}`;
    throw new ArmError(
      400,
      "QuotaExceeded",
      `The local environment serves at most ${this.#options.ports.length} registries at a time, and all are in use. Delete one first.`,
    );
  }

  find(loginServer: string): RegistryView | undefined {
    const entry = this.#inventory
      .ofType(registryType)
      .find(({ resource }) => resource.properties.loginServer === loginServer);
    return entry === undefined ? undefined : toView(entry.resource);
  }

  adminPasswords(id: string, username: string): string[] {
    const entry = this.#inventory.get(id);
    if (entry?.resource.properties.adminUserEnabled !== true || entry.resource.name !== username) return [];
    return Array.isArray(entry.inner.adminPasswords) ? (entry.inner.adminPasswords as string[]) : [];
  }

  async open(cloud: Cloud, id: string): Promise<void> {
    const entry = this.#inventory.get(id);
    const loginServer = asString(entry?.resource.properties.loginServer);
    const port = Number(loginServer?.split(":")[1]);
    if (entry === undefined || loginServer === undefined || !this.#options.ports.includes(port)) {
      throw new Error(
        `registry ${id} has the login server ${loginServer ?? "none"}, which is not one of this environment's`,
      );
    }
    const { name } = entry.resource;
    const key = idKey(id);
    if (this.#open.get(key)?.backend !== undefined) return;
    const open = this.#open.get(key) ?? {
      server: await openFrontDoor({
        cloud,
        port,
        tls: this.#options.tls,
        registry: () => this.find(loginServer),
        backend: () => this.#open.get(key)?.backend,
      }),
      backend: undefined,
    };
    this.#open.set(key, open);
    const folder = this.#folder(name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const backend = await this.#options.launch({
      name,
      loginServer,
      // Not in the registry's own folder: the path of a socket has to be short, and a registry's name may be long.
      socketPath: join(this.#options.folder, `${port}.sock`),
      folder,
      tokenCertificate: this.#options.tokenCertificate,
    });
    if (this.#open.get(key) === open) open.backend = backend;
    // Deleted while it was starting.
    else await backend.stop();
  }

  images(id: string): string | undefined {
    return this.#open.get(idKey(id))?.backend?.images;
  }

  async erase(id: string, name: string): Promise<void> {
    await this.#close(idKey(id));
    await rm(this.#folder(name), { recursive: true, force: true });
  }

  /** Stops serving all registries. Their images stay. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((key) => this.#close(key)));
  }

  status(): { id: string; backend: string }[] {
    return [...this.#open].map(([id, { backend }]) => ({ id, backend: backend?.status() ?? "starting" }));
  }

  async #close(key: string): Promise<void> {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    open.server.closeAllConnections();
    await new Promise((resolve) => open.server.close(resolve));
    await open.backend?.stop();
  }

  #folder(name: string): string {
    return join(this.#options.folder, name.toLowerCase());
  }
}

function toView({ id, name, properties }: Resource): RegistryView {
  return {
    id,
    name,
    loginServer: asString(properties.loginServer) ?? "",
    abac: properties.roleAssignmentMode === "AbacRepositoryPermissions",
    anonymousPull: properties.anonymousPullEnabled === true,
    armTokens: asObject(asObject(properties.policies)?.azureADAuthenticationAsArmPolicy)?.status !== "disabled",
  };
}
