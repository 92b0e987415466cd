/** Files in the image that should not be there. */
import type { ImageContent } from "../image/content.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";

/** The first paths of a list, with a leading slash, and the number of further ones. */
export function listed(paths: readonly string[], shown = 5): string {
  const first = paths.slice(0, shown).map((path) => (path.startsWith("/") ? path : `/${path}`));
  return first.join(", ") + (paths.length > shown ? ` and ${paths.length - shown} more` : "");
}

/** Part of Debian, Ubuntu and Alpine. */
const ofDistributions =
  /^(?:usr\/)?s?bin\/(?:su|sudo|mount|umount|passwd|chfn|chsh|chage|gpasswd|newgrp|expiry|wall|write|write\.ul|bbsuid|unix_chkpwd|pam_timestamp_check|crontab|ssh-agent|dotlockfile|fusermount3?|newuidmap|newgidmap|ping6?|pkexec|utempter|staprun|at|procmail|lockfile|ntfs-3g)$|^usr\/(?:lib|libexec)\/(?:(?:[\w.-]+\/)*(?:ssh-keysign|dbus-daemon-launch-helper|polkit-agent-helper-1|utempter|pt_chown))$/;

export function judgeFiles({ setuid, worldWritable }: Pick<ImageContent, "setuid" | "worldWritable">): Judgement {
  const own = setuid.filter((path) => !ofDistributions.test(path));
  const shown = own.length > 0 ? own : setuid;
  return (
    problems(
      setuid.length > 0 && {
        code: "setuid-files",
        // In a pod without privilege escalation they have no effect; an added one was meant to have some.
        ...(own.length > 0 ? {} : { level: "warning" as const }),
        seen: `${shown.length} setuid or setgid${own.length > 0 ? "" : " of the base, which do nothing in a restricted pod"}: ${listed(shown)}`,
      },
      worldWritable.length > 0 && {
        code: "world-writable-files",
        seen: `${worldWritable.length} that everybody can write: ${listed(worldWritable)}`,
      },
    ) ?? { fine: "no setuid file, none that everybody can write" }
  );
}

export function judgeTools({ tools }: Pick<ImageContent, "tools">): Judgement {
  return problems(tools.length > 0 && { code: "shell-in-image", seen: listed(tools) }) ?? { fine: "none" };
}

export const files: Check = {
  name: "files",
  title: "has no setuid or world-writable files",
  judge: ({ content }) => content && judgeFiles(content),
};
export const tools: Check = {
  name: "tools",
  title: "has no shell or package manager",
  judge: ({ content }) => content && judgeTools(content),
};
export const healthcheck: Check = {
  name: "healthcheck",
  title: "does not rely on HEALTHCHECK",
  judge: ({ config }) =>
    problems(
      config.healthcheck && { code: "healthcheck-ignored", seen: "it has one; the Deployment's probes count" },
    ) ?? {
      fine: "it has none",
    },
};
