/**
 * The local deployer: the service principal that deploys the stack here. It is Owner of the simulated subscription. Its credentials are in
 * a file that only the file's owner can read, created at the first start.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface Deployer {
  tenantId: string;
  subscriptionId: string;
  clientId: string;
  clientSecret: string;
  objectId: string;
}

const fields = ["tenantId", "subscriptionId", "clientId", "clientSecret", "objectId"] as const;

/** Reads the deployer's file, or creates it. An incomplete file is replaced: the tenant and its secrets exist nowhere else. */
export function loadDeployer(file: string): Deployer {
  return read(file) ?? create(file);
}

function read(file: string): Deployer | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as Partial<Deployer>;
    return fields.every((field) => typeof value[field] === "string" && value[field] !== "")
      ? (value as Deployer)
      : undefined;
  } catch {
    return undefined;
  }
}

function create(file: string): Deployer {
  const deployer: Deployer = {
    tenantId: randomUUID(),
    subscriptionId: randomUUID(),
    clientId: randomUUID(),
    clientSecret: randomBytes(30).toString("base64url"),
    objectId: randomUUID(),
  };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(deployer, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
  return deployer;
}
