/** Names that GitHub, Pulumi and Azure accept. Each function returns the problem with a name, or `undefined`. */

/** A repository as in the subject of its tokens: with or without ids, which do not pass to a new owner of the name. */
export function repositoryProblem(value: string): string | undefined {
  const name = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})";
  const [, owner, ownerId, repository, repositoryId] =
    new RegExp(`^(${name})(@\\d+)?/([\\w.-]{1,100}?)(@\\d+)?$`).exec(value) ?? [];
  if (owner === undefined || repository === undefined)
    return `"${value}" is not a repository; write OWNER/NAME, e.g. "contoso/hello", or with ids, e.g. "contoso@5544/hello@821093"`;
  if ((ownerId === undefined) !== (repositoryId === undefined))
    return `"${value}" has only one of two ids; write OWNER@ID/NAME@ID (gh api repos/${owner}/${repository}/actions/oidc/customization/sub --jq .sub_claim_prefix, without "repo:")`;
  return undefined;
}

/** Name of the key that encrypts the bootstrap's own state. */
export const ownName = "bootstrap";

/** Environments: their names become part of token subjects, keys, identities and containers for state. */
export function environmentsProblem(names: readonly string[]): string | undefined {
  if (names.length === 0) return "it is empty; name at least one environment";
  const bad = names.find((name) => !/^(?=.{1,30}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name));
  if (bad !== undefined)
    return `"${bad}" is not a name for an environment; use 1 to 30 lower-case letters, digits and single "-", starting with a letter and not ending with "-", e.g. "dev"`;
  if (names.includes(ownName)) return `"${ownName}" is the name of this program's own key; rename the environment`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `"${twice}" is listed twice; remove one`;
  for (const name of names) {
    const longer = names.find((other) => other.startsWith(`${name}-`));
    if (longer !== undefined)
      return `the names "${name}" and "${longer}" overlap, because stacks of "${name}" are named ${name} or ${name}-SUFFIX; rename one of the two`;
  }
  return undefined;
}

/** A branch as it appears after `refs/heads/`; no pattern. */
export function branchProblem(value: string): string | undefined {
  if (/^(?!\/)(?!.*(\.\.|\/\/|@\{))[^\s~^:?*[\]\\]+(?<![/.])$/.test(value) && !value.startsWith("refs/"))
    return undefined;
  return `"${value}" is not a branch; write only its name, without a pattern, e.g. "main"`;
}

export function storageAccountNameProblem(value: string): string | undefined {
  if (/^[a-z0-9]{3,24}$/.test(value)) return undefined;
  return `"${value}" is not a name for a storage account; use 3 to 24 lower-case letters and digits, and nothing else, e.g. "contosostate"`;
}

export function vaultNameProblem(value: string): string | undefined {
  if (/^(?!.*--)[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(value)) return undefined;
  return `"${value}" is not a name for a key vault; use 3 to 24 letters, digits and single hyphens, starting with a letter and not ending with "-", e.g. "contoso-keys"`;
}

/** An issuer of tokens exactly as in their claim `iss`, so without a trailing slash. */
export function issuerProblem(value: string): string | undefined {
  if (/^https:\/\/[^\s/?#]+(\/[^\s?#]*[^\s?#/])?$/.test(value)) return undefined;
  return `"${value}" is not an issuer; write its https URL without a trailing slash, e.g. "https://token.actions.githubusercontent.com"`;
}
