/** Secrets in settings that are readable: found before they are stored in a state, a Deployment, or the history of an image. */
import { secretInVariable } from "@tarmac/validate/secrets/inVariable";
import { secretPatterns } from "@tarmac/validate/secrets/patterns";

/** The kind of secret that a text contains by its form, or `undefined`. */
const kindIn = (text: string): string | undefined => secretPatterns.find(({ pattern }) => pattern.test(text))?.kind;

/**
 * The kind of secret that a variable holds, or `undefined`. Its name alone counts only beside a value that can be one: long, and
 * more than the lower-case name of something.
 */
function kindOf(name: string, value: string): string | undefined {
  const found = secretInVariable(name, value);
  if (found === undefined) return undefined;
  return secretInVariable("", value) !== undefined || (value.length >= 8 && /[^a-z-]/.test(value))
    ? found.kind
    : undefined;
}

const setSecretly = (setting: string, name: string) => `pulumi config set --secret --path '${setting}["${name}"]'`;

/** What is wrong with a readable variable of the process, or `undefined`. */
export function variableSecretProblem(name: string, value: string): string | undefined {
  const kind = kindOf(name, value);
  if (kind === undefined) return undefined;
  return `"${name}" holds a secret (${kind}), which stack file, state, and cluster would show: remove it, run ${setSecretly("secretValues", name)}, and replace the secret where it was issued`;
}

/** What is wrong with a build argument, or `undefined`. */
export function buildArgSecretProblem(name: string, value: string): string | undefined {
  const kind = kindOf(name, value);
  if (kind === undefined) return undefined;
  return `"${name}" holds a secret (${kind}), which stays readable in the history of the image: remove it, replace the secret where it was issued, and install what needs it before the build`;
}

/** What is wrong with the content of a readable file, or `undefined`. */
export function fileSecretProblem(path: string, content: string): string | undefined {
  const kind = kindIn(content);
  if (kind === undefined) return undefined;
  return `"${path}" contains a secret (${kind}), which stack file, state, and cluster would show: remove it, run ${setSecretly("secretFiles", path)} < FILE, and replace the secret where it was issued`;
}

/** What is wrong with a label, an annotation, or a tag, or `undefined`. */
export function metadataSecretProblem(name: string, value: string): string | undefined {
  const kind = kindIn(value);
  if (kind === undefined) return undefined;
  return `"${name}" holds a secret (${kind}), which everybody who sees the resource can read: remove it, and replace the secret where it was issued`;
}
