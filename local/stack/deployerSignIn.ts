/** Signing in to the simulated Azure as the stack's deployer, for Microsoft's own clients. */
import { readFileSync } from "node:fs";
import tls from "node:tls";
import { ClientSecretCredential } from "@azure/identity";
import { caCertificate, ports } from "../layout.ts";
import { stackEnvironment } from "./stack.ts";

const endpoint = `https://localhost:${ports.azure}`;
/** The options of every client. */
export const options = { endpoint, credentials: { scopes: [`${endpoint}/.default`] } };

/** Has this process trust the environment's certificates from now on. */
export function trustEnvironment(): void {
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), readFileSync(caCertificate, "utf8")]);
}

/** The credential and the subscription of every client. This process trusts the environment's certificates from then on. */
export function signIn() {
  trustEnvironment();
  const {
    ARM_TENANT_ID = "",
    ARM_CLIENT_ID = "",
    ARM_CLIENT_SECRET = "",
    ARM_SUBSCRIPTION_ID = "",
  } = stackEnvironment();
  const credential = new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET, {
    authorityHost: endpoint,
    disableInstanceDiscovery: true,
  });
  return { credential, subscription: ARM_SUBSCRIPTION_ID };
}
