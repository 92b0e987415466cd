/** How Pulumi marks a value that is not plain JSON, and which mark a secret has: https://www.pulumi.com/docs/iac/concepts/secrets/ */

/** Key of the mark: of a secret, an asset, an output. */
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Is the value of a state or an event a secret, encrypted or not? */
export const isSecretValue = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (value as Record<string, unknown>)[signatureKey] === secretSignature;
