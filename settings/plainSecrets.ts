/** Finds secrets in plain-text settings before they reach a state, a Deployment, or an image's history. */
import { secretInVariable } from "@tarmac/validate/secrets/inVariable";
import { secretPatterns } from "@tarmac/validate/secrets/patterns";

/** Returns the kind of secret that a string contains, by its form, or `undefined`. */
const kindIn = (text: string): string | undefined => secretPatterns.find(({ pattern }) => pattern.test(text))?.kind;

/** Names of password variables, whose value may be a short word. */
const passwordName = /PASS(?:WORD|WD|PHRASE)?$/i;

/**
 * Returns the kind of secret that a variable holds, or `undefined`. A suspicious name counts only with a value that may
 * be a secret: long, and not just a lower-case name.
 */
function kindOf(name: string, value: string): string | undefined {
  const found = secretInVariable(name, value);
  if (found === undefined || secretInVariable("", value) !== undefined) return found?.kind;
  const isPassword = passwordName.test(name) && value.length >= 6 && !/^[a-z]+(?:-[a-z]+)+$/.test(value);
  return isPassword || (value.length >= 8 && /[^a-z-]/.test(value)) ? found.kind : undefined;
}

/** Matches a name and its value in a line of JSON, YAML, TOML or shell variables. */
const assignment = /^[\s{,]*(?:export\s+)?["']?([\w.-]+)["']?\s*[:=]\s*["']?([^\s"',}]+)/;
/** Splits a line with several JSON pairs. */
const pairs = (line: string) => line.split(/(?<=[{,])/);

/** Returns the kind of secret that a file contains, or `undefined`. */
function kindInFile(content: string): string | undefined {
  const kind = kindIn(content);
  if (kind !== undefined) return kind;
  for (const part of content.split(/\r?\n/).flatMap(pairs)) {
    const [, name, value] = assignment.exec(part) ?? [];
    const found = name === undefined || value === undefined ? undefined : kindOf(name, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

const setSecretly = (setting: string, name: string) => `pulumi config set --secret --path '${setting}["${name}"]'`;

/** Returns the problem with a plain-text variable of the process, or `undefined`. */
export function variableSecretProblem(name: string, value: string): string | undefined {
  const kind = kindOf(name, value);
  if (kind === undefined) return undefined;
  return `"${name}" holds a secret (${kind}), which stack file, state, and cluster would show: remove it, run ${setSecretly("secretValues", name)}, and replace the secret where it was issued`;
}

/** Returns the problem with a build argument, or `undefined`. */
export function buildArgSecretProblem(name: string, value: string): string | undefined {
  const kind = kindOf(name, value);
  if (kind === undefined) return undefined;
  return `"${name}" holds a secret (${kind}), which stays readable in the history of the image: remove it, replace the secret where it was issued, and install what needs it before the build`;
}

/** Returns the problem with the content of a plain-text file, or `undefined`. */
export function fileSecretProblem(path: string, content: string): string | undefined {
  const kind = kindInFile(content);
  if (kind === undefined) return undefined;
  return `"${path}" contains a secret (${kind}), which stack file, state, and cluster would show: remove it, run ${setSecretly("secretFiles", path)} < FILE, and replace the secret where it was issued`;
}

/** Returns the problem with a label, annotation or tag, or `undefined`. */
export function metadataSecretProblem(name: string, value: string): string | undefined {
  const kind = kindIn(value);
  if (kind === undefined) return undefined;
  return `"${name}" holds a secret (${kind}), which everybody who sees the resource can read: remove it, and replace the secret where it was issued`;
}

/** Returns the problem with a name that contains a secret, or `undefined`. The message does not show the text. */
export function nameSecretProblem(text: string): string | undefined {
  const kind = kindIn(text);
  if (kind === undefined) return undefined;
  return `the value is a secret (${kind}), which everybody who sees the state can read: remove it, and replace the secret where it was issued`;
}

/** Returns the problem with a secret in the query of a probe's path, or `undefined`. */
export function pathSecretProblem(path: string): string | undefined {
  const query = path.slice(path.indexOf("?") + 1);
  const found = path.includes("?")
    ? [...new URLSearchParams(query)].find((pair) => kindOf(...pair) !== undefined)
    : undefined;
  if (found === undefined) return undefined;
  return `its parameter "${found[0]}" holds a secret, which stack file, state, and cluster would show: let the path answer without it, because only the kubelet requests it`;
}
