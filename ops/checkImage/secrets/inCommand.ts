/** Secrets in a command line: of a RUN step, CMD, or HEALTHCHECK. */
import { passwordInAddress, secretInVariable } from "@tarmac/validate/secrets/inVariable";
import { masked, secretPatterns } from "@tarmac/validate/secrets/patterns";

export interface CommandSecret {
  kind: string;
  masked: string;
}

/** A value that the shell substitutes, or that comes from a file. */
const fromElsewhere = /^["']?(?:\$|`|<|\/|@|\{\{)/;
const assignment = /(?:^|[\s;&|("'])(?:export\s+|ENV\s+|ARG\s+)?([A-Za-z_]\w*)=("[^"]*"|'[^']*'|[^\s;&|)"']+)/g;
const option =
  /(?:^|\s)--?((?:[\w-]*-)?(?:password|passwd|pass|token|secret|api-?key|auth-?token|access-?key|private-?token|client-?secret|jwt-?key)(?:-[\w-]*key)?)(?:=|\s+)("[^"]*"|'[^']*'|[^\s;&|]+)/gi;
const given: readonly { kind: string; pattern: RegExp }[] = [
  { kind: "credentials of curl", pattern: /\bcurl\b[^|;&]*?\s(?:-u|--user)[ =]?["']?[^\s:"']+:([^\s"']+)/ },
  { kind: "authorization header", pattern: /Authorization:\s*(?:Bearer|Basic|token|ApiKey)\s+([^\s"']{8,})/i },
  {
    kind: "token header",
    pattern: /(?:X-Api-Key|X-Auth-Token|PRIVATE-TOKEN|Ocp-Apim-Subscription-Key):\s*([^\s"']{8,})/i,
  },
  { kind: "npm token", pattern: /_authToken[ =]+["']?([^\s"']{8,})/ },
  { kind: "password of sshpass", pattern: /\bsshpass\s+-p\s*["']?([^\s"']+)/ },
  {
    kind: "password of a sign-in",
    pattern: /\b(?:docker|helm|az acr|oras|podman)\s+login\b[^|;&]*?\s-p[ =]?["']?([^\s"']+)/,
  },
  { kind: "piped password", pattern: /\becho\s+(?:-n\s+)?["']?([^\s"'|]{8,})["']?\s*\|\s*\w+[^|;&]*--password-stdin/ },
];

/** The secrets in a command line, one of each kind. */
export function secretsInCommand(command: string): CommandSecret[] {
  const found = new Map<string, CommandSecret>();
  const note = (kind: string, value: string) => {
    if (!found.has(kind)) found.set(kind, { kind, masked: masked(value) });
  };
  for (const { kind, needle, pattern } of secretPatterns) {
    if (!command.includes(needle)) continue;
    const match = pattern.exec(command)?.[0];
    if (match !== undefined && !/[=\s]["']?\$[{(\w]/.test(match)) note(kind, match);
  }
  // A token with a recognizable format is reported once, however it is passed.
  if (found.size > 0) return [...found.values()];
  const password = passwordInAddress(command);
  if (password !== undefined) note("password in an address", password);
  for (const [, name = "", value = ""] of command.matchAll(assignment)) {
    const plain = unquoted(value);
    if (fromElsewhere.test(plain)) continue;
    const secret = secretInVariable(name, plain);
    if (secret !== undefined) note(`value of ${name}`, plain);
  }
  for (const [, name = "", value = ""] of command.matchAll(option)) {
    const plain = unquoted(value);
    if (fromElsewhere.test(plain) || plain.startsWith("-")) continue;
    if (secretInVariable(`SOME_${name.replaceAll("-", "_").toUpperCase()}`, plain) !== undefined) {
      note(`value of --${name}`, plain);
    }
  }
  for (const { kind, pattern } of given) {
    const value = pattern.exec(command)?.[1];
    if (value !== undefined && !fromElsewhere.test(value)) note(kind, value);
  }
  return [...found.values()];
}

const unquoted = (text: string) => text.replace(/^(["'])([\s\S]*)\1$/, "$2");
