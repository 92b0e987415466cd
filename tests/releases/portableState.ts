/** The state of a stack in a form that can be kept in the repository: without secrets and without paths of a machine. */

import { isSecretValue, secretSignature, signatureKey } from "../../ops/pulumi/secretValue.ts";

/** Plain text (JSON) of every secret in a portable state. */
const placeholder = JSON.stringify("removed");

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  [key: string]: Json | undefined;
}

export interface Deployment {
  resources: StateResource[];
  [key: string]: Json | undefined | StateResource[];
}

/** Where in the program a resource was made: paths of the machine, which no comparison uses. */
const positions = ["sourcePosition", "stackTrace"];

/** @param deployment of `pulumi stack export`, with secrets encrypted or not */
export const portable = ({ resources }: Deployment): { resources: StateResource[] } => ({
  resources: resources.map((resource) => {
    const kept = Object.entries(resource).filter(([key]) => !positions.includes(key));
    return withoutSecrets(Object.fromEntries(kept) as Json) as StateResource;
  }),
});

function withoutSecrets(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isSecretValue(value)) return { [signatureKey]: secretSignature, plaintext: placeholder };
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}
