/** What the parts of the simulated Azure share: who exists, what exists, and what serves it. */
import type { Authorization } from "./authorization.ts";
import type { Deployer } from "./deployer.ts";
import type { Directory } from "./directory.ts";
import type { Inventory } from "./inventory.ts";
import type { KubernetesSide } from "./kubernetes.ts";
import type { Operations } from "./operations.ts";
import type { Registries } from "./registry/openRegistries.ts";
import type { Simulation } from "./simulation.ts";
import type { TokenSigner } from "./tokenSigner.ts";

export interface Cloud {
  /** `https://localhost:<port>`: the Resource Manager's endpoint, and Entra's authority. */
  endpoint: string;
  deployer: Deployer;
  inventory: Inventory;
  directory: Directory;
  authorization: Authorization;
  operations: Operations;
  simulation: Simulation;
  registries: Registries;
  kubernetes: KubernetesSide;
  tokens: TokenSigner;
  /** Fires when the service stops: whoever waits gives up. */
  stopping: AbortSignal;
}
