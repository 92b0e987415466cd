/** What the parts of the simulated Azure share: its principals, its resources, and the services behind them. */
import type { Authorization } from "./authorization.ts";
import type { Deployer } from "./deployer.ts";
import type { Directory, Principal } from "./directory.ts";
import type { Inventory } from "./inventory.ts";
import type { JsonObject } from "./jsonValues.ts";
import type { KubernetesSide } from "./kubernetes.ts";
import type { ClusterApis } from "./clusterApis.ts";
import type { Operations } from "./operations.ts";
import type { TaskBuilder } from "./registry/taskBuilder.ts";
import type { RegistryView } from "./registry/repositoryPermissions.ts";
import type { Simulation } from "./faults.ts";
import type { BlobStore } from "./storage/blobStore.ts";
import type { TokenSigner } from "./tokenSigner.ts";

/** The login servers of the registries, as the rest of the service uses them; `registry/openRegistries.ts` runs them. */
export interface LoginServers {
  /** The login server for a new registry. @throws 400 QuotaExceeded when every port is taken */
  freeLoginServer(): string;
  /** The registry behind a login server such as `localhost:47500`. */
  find(loginServer: string): RegistryView | undefined;
  /** The passwords of a registry's admin user; none when the user is off or has another name. */
  adminPasswords(id: string, username: string): string[];
  /** Serves a registry of the inventory, unless it is served already. @throws when its images cannot be served */
  open(cloud: Cloud, id: string): Promise<void>;
  /** Folder of the registry's images, as docker-registry stores them; `undefined` while it is not served. */
  images(id: string): string | undefined;
  /** Stops serving a registry and deletes its images. */
  erase(id: string, name: string): Promise<void>;
  /** Each registry that is served, with the state of the process that stores its images. */
  status(): { id: string; backend: string }[];
}

/** The driver that brings secrets of vaults into pods; `secretsStore/` runs it on the local node. */
export interface SecretsStore {
  /**
   * Starts the driver and creates its objects in Kubernetes if a cluster has the add-on; otherwise deletes and stops them.
   * @throws Error with the reason
   */
  follow(cloud: Cloud): Promise<void>;
  /** Starts the driver again after a restart of this service. */
  resume(cloud: Cloud): void;
  stop(): Promise<void>;
}

export interface Cloud {
  /** `https://localhost:<port>`: the Resource Manager's endpoint, and Entra's authority. */
  endpoint: string;
  deployer: Deployer;
  inventory: Inventory;
  directory: Directory;
  authorization: Authorization;
  operations: Operations;
  simulation: Simulation;
  registries: LoginServers;
  /** Builds images for runs of registries. */
  buildForRun: TaskBuilder;
  blobs: BlobStore;
  kubernetes: KubernetesSide;
  clusterApis: ClusterApis;
  secretsStore: SecretsStore;
  tokens: TokenSigner;
  /**
   * Creates or changes a resource for a caller, and waits for the end of its provisioning. A deployment does this with its template.
   * @throws ArmError
   */
  putResource(caller: Principal, id: string, apiVersion: string, body: JsonObject): Promise<void>;
  /** Reads a resource for a caller. A deployment does this with the references in its template. @throws ArmError */
  readResource(caller: Principal, id: string, apiVersion: string): Promise<JsonObject>;
  /** Aborted when the service stops: pending waits end. */
  stopping: AbortSignal;
}
