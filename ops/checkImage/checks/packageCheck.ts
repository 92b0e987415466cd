/** Superfluous or missing packages: development packages, certificates, ONBUILD. */
import type { Evidence, ImageConfig } from "../runEvidence.ts";
import type { ImageContent } from "../image/content.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";

const shown = 5;

export function judgePackages({ developmentPackages: all }: Pick<ImageContent, "developmentPackages">): Judgement {
  if (all.length === 0) return { fine: "none" };
  const more = all.length > shown ? ` and ${all.length - shown} more` : "";
  return [{ code: "development-packages", seen: `${all.length}: ${all.slice(0, shown).join(", ")}${more}` }];
}

/** Node includes the public certificate authorities, unless it is told to use the system's. */
export function judgeCertificates(
  { certificates }: Pick<ImageContent, "certificates">,
  { entrypoint, command, environment }: Pick<ImageConfig, "entrypoint" | "command" | "environment">,
): Judgement {
  if (certificates) return { fine: "it has them" };
  const line = [...entrypoint, ...command, ...environment].join(" ");
  const node = /(?:^|[\s/])(?:node|npm|yarn|pnpm|docker-entrypoint\.sh)\b/.test(line) || /\bNODE_VERSION=/.test(line);
  const systemOnly = /--use-(?:openssl|system)-ca|NODE_USE_SYSTEM_CA=1/.test(line);
  if (node && !systemOnly) return { fine: "Node brings its own" };
  return [
    {
      code: "no-ca-certificates",
      seen: "there is none where OpenSSL, Go and curl look, e.g. /etc/ssl/certs/ca-certificates.crt",
    },
  ];
}

export const packages: Check = {
  name: "packages",
  title: "has no packages of development",
  judge: ({ content }: Evidence) => content && judgePackages(content),
};
export const certificates: Check = {
  name: "certificates",
  title: "has the certificates that HTTPS calls need",
  // An empty image has a different problem.
  judge: ({ content, config }: Evidence) =>
    content === undefined || content.layers === 0 ? undefined : judgeCertificates(content, config),
};
export const onbuild: Check = {
  name: "onbuild",
  title: "has no ONBUILD",
  judge: ({ config: { onBuild } }: Evidence) =>
    problems(onBuild.length > 0 && { code: "onbuild-triggers", seen: onBuild.join("; ").slice(0, 200) }) ?? {
      fine: "none",
    },
};
