/**
 * How Pulumi marks a value that is not plain JSON, and the mark of a secret:
 * https://www.pulumi.com/docs/iac/concepts/secrets/
 */

/** Key of the mark: for a secret, an asset, or an output. */
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Whether a value in a state or an event is a secret, encrypted or not. */
export const isSecretValue = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (value as Record<string, unknown>)[signatureKey] === secretSignature;
