/** Names that GitHub, Pulumi and Azure accept. Each function returns what is wrong with one, or `undefined`. */

/** A repository as the subject of its tokens has it: with or without ids, which stay when a name is given to somebody else. */
export function repositoryProblem(value: string): string | undefined {
  const name = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})";
  const [, owner, ownerId, repository, repositoryId] =
    new RegExp(`^(${name})(@\\d+)?/([\\w.-]{1,100}?)(@\\d+)?$`).exec(value) ?? [];
  if (owner === undefined || repository === undefined)
    return `"${value}" is not a repository: write OWNER/NAME, e.g. "contoso/hello", or with ids, e.g. "contoso@5544/hello@821093"`;
  if ((ownerId === undefined) !== (repositoryId === undefined))
    return `"${value}" has only one of two ids: write OWNER@ID/NAME@ID (gh api repos/${owner}/${repository}/actions/oidc/customization/sub --jq .sub_claim_prefix, without "repo:")`;
  return undefined;
}

/** Environments: their names become part of subjects, key names, identities and of paths in the state. */
export function environmentsProblem(names: readonly string[]): string | undefined {
  if (names.length === 0) return "it is empty: name at least one environment";
  const bad = names.find((name) => !/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name));
  if (bad !== undefined)
    return `"${bad}" cannot name an environment: use 1 to 30 lower-case letters, digits and "-", starting with a letter and not ending with "-", e.g. "dev"`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `"${twice}" is there twice: remove one`;
  for (const name of names) {
    const longer = names.find((other) => other.startsWith(`${name}-`));
    if (longer !== undefined)
      return `stacks of "${longer}" would also be ones of "${name}", whose stacks are called ${name} or ${name}-SOMETHING: rename one of the two`;
  }
  return undefined;
}

/** A branch, as `refs/heads/` has it; no pattern. */
export function branchProblem(value: string): string | undefined {
  if (/^(?!\/)(?!.*(\.\.|\/\/|@\{))[^\s~^:?*[\]\\]+(?<![/.])$/.test(value) && !value.startsWith("refs/"))
    return undefined;
  return `"${value}" is not a branch: write its name alone and no pattern, e.g. "main"`;
}

/** A Pulumi project; no wildcard of a path. */
export function projectProblem(value: string): string | undefined {
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(value)) return undefined;
  return `"${value}" is not a Pulumi project: use up to 100 letters, digits, "-", "_" and ".", as in Pulumi.yaml`;
}

export function storageAccountNameProblem(value: string): string | undefined {
  if (/^[a-z0-9]{3,24}$/.test(value)) return undefined;
  return `"${value}" is not the name of a storage account: Azure takes 3 to 24 lower-case letters and digits and nothing else, e.g. "contosostate"`;
}

export function vaultNameProblem(value: string): string | undefined {
  if (/^(?!.*--)[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/.test(value)) return undefined;
  return `"${value}" is not the name of a key vault: use 3 to 24 letters, digits and single hyphens, starting with a letter and not ending with "-", e.g. "contoso-keys"`;
}

/** Who issues tokens: as `iss` has it, so without a slash at the end. */
export function issuerProblem(value: string): string | undefined {
  if (/^https:\/\/[^\s/?#]+(\/[^\s?#]*[^\s?#/])?$/.test(value)) return undefined;
  return `"${value}" is not an issuer: write its https address without a slash at the end, e.g. "https://token.actions.githubusercontent.com"`;
}
