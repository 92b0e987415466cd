/**
 * Patterns of secrets, for settings, policies and the image check. They match only forms that nothing else has, because
 * users disable a check with false alarms. They do not guess by entropy.
 */
export interface SecretPattern {
  kind: string;
  /** A string in every match. It is searched first, because that is much faster. */
  needle: string;
  pattern: RegExp;
}

export const secretPatterns: readonly SecretPattern[] = [
  {
    kind: "private key",
    needle: "PRIVATE KEY-----",
    // Includes the key's content: programs that handle keys contain only the first line.
    pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\\n|\s)+(?:[\w-]+: .*\s+)*[A-Za-z0-9+/=\s\\]{64,}/,
  },
  { kind: "AWS access key", needle: "AKIA", pattern: /\bAKIA(?!\w{9}EXAMPLE)[A-Z0-9]{16}\b/ },
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
  { kind: "GitHub token", needle: "gh", pattern: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/ },
  { kind: "GitHub token", needle: "github_pat_", pattern: /\bgithub_pat_\w{82}\b/ },
  // Personal, deploy, runner, CI job, trigger, feed, agent and OAuth tokens; the routable form has dots.
  {
    kind: "GitLab token",
    needle: "gl",
    pattern: /\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\w.-]{20,}/,
  },
  { kind: "Slack token", needle: "xox", pattern: /\bxox[abeprs](?:\.xox[bp])?-\d{1,}-?[\w-]{10,}/ },
  { kind: "Slack token", needle: "xapp-", pattern: /\bxapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{32,}/ },
  {
    kind: "Slack webhook",
    needle: "hooks.slack.com",
    pattern: /hooks\.slack\.com\/(?:services|workflows)\/T[A-Z0-9]{6,}\/[A-Z0-9]{6,}\/[A-Za-z0-9]{16,}/,
  },
  {
    kind: "Discord webhook",
    needle: "/api/webhooks/",
    pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{16,20}\/[\w-]{60,}/,
  },
  { kind: "Google API key", needle: "AIza", pattern: /\bAIza[\w-]{35}\b/ },
  { kind: "Google OAuth secret", needle: "GOCSPX-", pattern: /\bGOCSPX-[\w-]{28}\b/ },
  { kind: "Stripe key", needle: "k_live_", pattern: /\b[sr]k_live_[A-Za-z0-9]{20,}\b/ },
  { kind: "Stripe webhook secret", needle: "whsec_", pattern: /\bwhsec_[A-Za-z0-9+/]{32,}/ },
  // The letters in the middle are "OpenAI" in base64; older keys contain them too.
  { kind: "OpenAI key", needle: "T3BlbkFJ", pattern: /\bsk-[\w-]{10,}T3BlbkFJ[\w-]{20,}/ },
  { kind: "OpenAI key", needle: "sk-", pattern: /\bsk-(?:proj|svcacct|admin)-[\w-]{40,}/ },
  { kind: "Anthropic key", needle: "sk-ant-", pattern: /\bsk-ant-(?:api|admin|oat)\d{2}-[\w-]{40,}/ },
  { kind: "OpenRouter key", needle: "sk-or-v1-", pattern: /\bsk-or-v1-[a-f0-9]{64}\b/ },
  { kind: "Hugging Face token", needle: "hf_", pattern: /\bhf_[A-Za-z]{34}\b/ },
  { kind: "Groq key", needle: "gsk_", pattern: /\bgsk_[A-Za-z0-9]{52}\b/ },
  { kind: "xAI key", needle: "xai-", pattern: /\bxai-[A-Za-z0-9]{80}\b/ },
  { kind: "Replicate token", needle: "r8_", pattern: /\br8_[A-Za-z0-9]{37}\b/ },
  { kind: "LangSmith key", needle: "lsv2_", pattern: /\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\b/ },
  // Six letters near the end identify the service that created it (Azure DevOps, storage, functions, registry, ...).
  {
    kind: "Azure key",
    needle: "JQQJ99",
    pattern: /\b[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{18}[A-Za-z0-9]{8}\b/,
  },
  {
    kind: "Azure Functions key",
    needle: "AzFu",
    pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{32,76}AzFu[A-Za-z0-9+/]{5,6}(?![A-Za-z0-9+/])={0,2}/,
  },
  {
    kind: "Azure Search key",
    needle: "AzSe",
    pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{32,76}AzSe[A-Za-z0-9+/]{5,6}(?![A-Za-z0-9+/])={0,2}/,
  },
  {
    kind: "Azure Cache key",
    needle: "AzCa",
    pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{32,76}AzCa[A-Za-z0-9+/]{5,6}(?![A-Za-z0-9+/])={0,2}/,
  },
  {
    kind: "Azure Cosmos DB key",
    needle: "ACDb",
    pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{32,76}ACDb[A-Za-z0-9+/]{5,6}(?![A-Za-z0-9+/])={0,2}/,
  },
  {
    kind: "Azure Container Registry password",
    needle: "+ACR",
    pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{32,76}\+ACR[A-Za-z0-9+/]{5,6}(?![A-Za-z0-9+/])={0,2}/,
  },
  {
    kind: "Azure Service Bus key",
    needle: "+ASb",
    pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{32,76}\+ASb[A-Za-z0-9+/]{5,6}(?![A-Za-z0-9+/])={0,2}/,
  },
  {
    kind: "Azure Event Hubs key",
    needle: "+AEh",
    pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{32,76}\+AEh[A-Za-z0-9+/]{5,6}(?![A-Za-z0-9+/])={0,2}/,
  },
  {
    kind: "Azure shared access signature",
    needle: "sig=",
    pattern: /[?&]s(?:v|e|p|r)=[^\s"']*[?&]sig=[A-Za-z0-9%+/]{40,}(?:%3D|=)?/,
  },
  { kind: "Docker Hub token", needle: "dckr_", pattern: /\bdckr_(?:pat|oat)_[\w-]{27,}/ },
  { kind: "PyPI token", needle: "pypi-", pattern: /\bpypi-AgE[\w-]{50,}/ },
  { kind: "RubyGems token", needle: "rubygems_", pattern: /\brubygems_[a-f0-9]{48}\b/ },
  { kind: "SendGrid key", needle: "SG.", pattern: /\bSG\.[\w-]{22}\.[\w-]{43}\b/ },
  { kind: "Mailgun key", needle: "key-", pattern: /(?<![\w-])key-[a-f0-9]{32}(?![\w-])/ },
  { kind: "Resend key", needle: "re_", pattern: /\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}\b/ },
  { kind: "Shopify token", needle: "shp", pattern: /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/ },
  { kind: "Square token", needle: "sq0", pattern: /\bsq0(?:atp|csp)-[\w-]{22,43}\b/ },
  { kind: "DigitalOcean token", needle: "_v1_", pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/ },
  { kind: "Databricks token", needle: "dapi", pattern: /\bdapi[a-f0-9]{32}(?:-\d)?\b/ },
  { kind: "Vault token", needle: "hv", pattern: /\bhv[bs]\.[\w-]{24,}/ },
  { kind: "Terraform token", needle: ".atlasv1.", pattern: /\b[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}/ },
  { kind: "Pulumi token", needle: "pul-", pattern: /\bpul-[a-f0-9]{40}\b/ },
  {
    kind: "Doppler token",
    needle: "dp.",
    pattern: /\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}\b/,
  },
  { kind: "Linear key", needle: "lin_api_", pattern: /\blin_api_[A-Za-z0-9]{40}\b/ },
  { kind: "Notion token", needle: "ntn_", pattern: /\bntn_\d{11}[A-Za-z0-9]{35}\b/ },
  { kind: "Supabase key", needle: "sb", pattern: /\b(?:sbp_[a-f0-9]{40}|sb_secret_[\w-]{30,})\b/ },
  { kind: "PlanetScale token", needle: "pscale_", pattern: /\bpscale_(?:tkn|oauth|pw)_[\w.=-]{32,}/ },
  { kind: "Postman key", needle: "PMAK-", pattern: /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/ },
  {
    kind: "Grafana token",
    needle: "gl",
    pattern: /\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}\b|\bglc_eyJ[A-Za-z0-9+/]{40,}={0,2}/,
  },
  { kind: "New Relic key", needle: "NRAK-", pattern: /\bNRAK-[A-Z0-9]{27}\b/ },
  { kind: "Sentry token", needle: "sntry", pattern: /\bsntry(?:u_[a-f0-9]{64}|s_eyJ[\w=+/]{40,})/ },
  { kind: "Netlify token", needle: "nfp_", pattern: /\bnfp_[A-Za-z0-9]{36}\b/ },
  { kind: "Fly token", needle: "fm2_", pattern: /\bfm2_[A-Za-z0-9+/=]{80,}/ },
  { kind: "Heroku key", needle: "HRKU-", pattern: /\bHRKU-[\w-]{30,}/ },
  { kind: "Telegram bot token", needle: ":AA", pattern: /\b\d{8,10}:AA[\w-]{33}(?![\w-])/ },
  { kind: "Figma token", needle: "figd_", pattern: /\bfigd_[\w-]{40,}/ },
  { kind: "Tailscale key", needle: "tskey-", pattern: /\btskey-(?:auth|api|client|scim|webhook)-\w+-\w{20,}/ },
  { kind: "1Password token", needle: "ops_eyJ", pattern: /\bops_eyJ[A-Za-z0-9+/]{200,}={0,3}/ },
  { kind: "Atlassian token", needle: "ATATT3", pattern: /\bATATT3[\w=-]{100,}/ },
  { kind: "Artifactory token", needle: "AKCp", pattern: /\bAKCp[A-Za-z0-9]{60,}\b/ },
  {
    kind: "age key",
    needle: "AGE-SECRET-KEY-1",
    pattern: /\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b/,
  },
  {
    kind: "AWS secret key",
    needle: "=",
    pattern: /aws_?secret_?access_?key["']?\s*[=:]\s*["']?(?!wJalrXUtnFEMI)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/i,
  },
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

/** Returns just enough of a value to recognize it. */
export function masked(value: string): string {
  const text = value.replaceAll(/\s+/g, " ").trim();
  return text.startsWith("-----BEGIN")
    ? `${/^-+[^-]+-+/.exec(text)?.[0]} ***`
    : `${text.slice(0, Math.min(4, Math.floor(text.length / 4)))}***`;
}
