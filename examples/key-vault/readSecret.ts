/** Reads a secret with the service's own identity: the pods have neither a password nor a key. */
import { DefaultAzureCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";

const url = process.env.KEY_VAULT_URL ?? "";
const vault = new SecretClient(url, new DefaultAzureCredential());

/** The newest version of a secret. Keep the value for a while: the vault limits requests. */
export const readSecret = async (name: string): Promise<string> => (await vault.getSecret(name)).value ?? "";
