/** The tenant's directory of principals. As in Entra, a managed identity is in it while its resource exists. */
import { timingSafeEqual } from "node:crypto";
import type { Deployer } from "./deployer.ts";
import type { Entry, Inventory } from "./inventory.ts";
import { asString } from "./jsonValues.ts";

export interface Principal {
  objectId: string;
  /** Application (client) id. */
  appId: string;
  displayName: string;
  createdAt: string;
  /** Whether it belongs to a managed identity, which has no secret. */
  managed: boolean;
}

export class Directory {
  readonly #inventory: Inventory;
  readonly #deployer: Deployer;

  constructor(inventory: Inventory, deployer: Deployer) {
    this.#inventory = inventory;
    this.#deployer = deployer;
  }

  find(objectId: string): Principal | undefined {
    return this.all().find((principal) => principal.objectId.toLowerCase() === objectId.toLowerCase());
  }

  /** The service principal with this application id, with a secret or of a managed identity. */
  findByAppId(appId: string): Principal | undefined {
    return this.all().find((principal) => principal.appId.toLowerCase() === appId.toLowerCase());
  }

  /** Whether the secret belongs to the application. Managed identities have none. */
  secretMatches(appId: string, secret: string): boolean {
    const known =
      appId.toLowerCase() === this.#deployer.clientId
        ? this.#deployer.clientSecret
        : this.#inventory.servicePrincipals.find((principal) => principal.clientId === appId.toLowerCase())
            ?.clientSecret;
    if (known === undefined) return false;
    const [left, right] = [Buffer.from(known), Buffer.from(secret)];
    return left.length === right.length && timingSafeEqual(left, right);
  }

  /** All principals, the deployer first. */
  all(): Principal[] {
    return [
      {
        objectId: this.#deployer.objectId,
        appId: this.#deployer.clientId,
        displayName: "tarmac local deployer",
        createdAt: new Date(0).toISOString(),
        managed: false,
      },
      ...this.#inventory.servicePrincipals.map(({ objectId, clientId, displayName, createdAt }) => ({
        objectId,
        appId: clientId,
        displayName,
        createdAt,
        managed: false,
      })),
      ...this.#inventory.all().flatMap(managedIdentity),
    ];
  }
}

/** The principal behind a user-assigned identity, or behind the system-assigned identity of a resource. */
function managedIdentity({ resource, createdAt }: Entry): Principal[] {
  const userAssigned = resource.type === "Microsoft.ManagedIdentity/userAssignedIdentities";
  const holder = userAssigned ? resource.properties : resource.identity;
  const objectId = asString(holder?.principalId);
  if (objectId === undefined) return [];
  return [
    { objectId, appId: asString(holder?.clientId) ?? objectId, displayName: resource.name, createdAt, managed: true },
  ];
}
