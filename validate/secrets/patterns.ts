/**
 * What secrets look like, for settings, policies, and the image check. Only forms that nothing else has: a check with false
 * alarms is switched off. No guessing by randomness.
 */
export interface SecretPattern {
  kind: string;
  /** A text that every match contains: looked for first, since that is much quicker. */
  needle: string;
  pattern: RegExp;
}

export const secretPatterns: readonly SecretPattern[] = [
  {
    kind: "private key",
    needle: "PRIVATE KEY-----",
    // With its content: programs that handle keys have the first line alone.
    pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\\n|\s)+(?:[\w-]+: .*\s+)*[A-Za-z0-9+/=\s\\]{64,}/,
  },
  { kind: "AWS access key", needle: "AKIA", pattern: /\bAKIA(?!IOSFODNN7EXAMPLE)[A-Z0-9]{16}\b/ },
  { kind: "AWS temporary key", needle: "ASIA", pattern: /\bASIA[A-Z0-9]{16}\b(?=[\s\S]{0,400}aws)/i },
  {
    kind: "Azure storage key",
    needle: "AccountKey=",
    // The emulator's key is public.
    pattern: /AccountKey=(?!Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq)[A-Za-z0-9+/]{86}==/,
  },
  { kind: "Azure shared access key", needle: "SharedAccessKey=", pattern: /SharedAccessKey=[A-Za-z0-9+/]{43}=/ },
  { kind: "Azure client secret", needle: "Q~", pattern: /(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])/ },
  { kind: "npm token", needle: "npm_", pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  {
    kind: "npm token",
    needle: "_authToken",
    pattern: /^\s*(?:\/\/[^\s=]+:)?_authToken\s*=\s*(?!\s*\$\{)["']?[^\s"'$<]{8,}/m,
  },
  { kind: "npm password", needle: "_password", pattern: /^\s*\/\/[^\s=]+:_password\s*=\s*(?!\$\{)[^\s$<]{8,}/m },
  { kind: "GitHub token", needle: "gh", pattern: /\bgh[pousr]_[A-Za-z0-9]{36}\b/ },
  { kind: "GitHub token", needle: "github_pat_", pattern: /\bgithub_pat_\w{82}\b/ },
  { kind: "GitLab token", needle: "glpat-", pattern: /\bglpat-[\w-]{20}\b/ },
  { kind: "Slack token", needle: "xox", pattern: /\bxox[abprs]-\d{8,}-[\w-]{10,}/ },
  { kind: "Google API key", needle: "AIza", pattern: /\bAIza[\w-]{35}\b/ },
  { kind: "Stripe key", needle: "k_live_", pattern: /\b[sr]k_live_[A-Za-z0-9]{20,}\b/ },
  {
    kind: "JSON web token",
    needle: "eyJ",
    pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{40,}/,
  },
  {
    kind: "registry credentials",
    needle: '"auths"',
    pattern: /"auths"\s*:\s*\{[\s\S]{0,2000}?"auth"\s*:\s*"[A-Za-z0-9+/=]{8,}"/,
  },
];

/** Enough of a value to recognise it by, and no more. */
export function masked(value: string): string {
  const text = value.replaceAll(/\s+/g, " ").trim();
  return text.startsWith("-----BEGIN")
    ? `${/^-+[^-]+-+/.exec(text)?.[0]} ***`
    : `${text.slice(0, Math.min(4, Math.floor(text.length / 4)))}***`;
}
