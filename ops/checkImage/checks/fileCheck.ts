/** What is in the image's file system and should not be. */
import type { ImageContent } from "../image/content.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";

/** The first of a list, with a slash in front, and how many more there are. */
export function listed(paths: readonly string[], shown = 5): string {
  const first = paths.slice(0, shown).map((path) => (path.startsWith("/") ? path : `/${path}`));
  return first.join(", ") + (paths.length > shown ? ` and ${paths.length - shown} more` : "");
}

export function judgeFiles({ setuid, worldWritable }: Pick<ImageContent, "setuid" | "worldWritable">): Judgement {
  return (
    problems(
      setuid.length > 0 && { code: "setuid-files", seen: `${setuid.length} setuid or setgid: ${listed(setuid)}` },
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
  judge: ({ content }) => judgeFiles(content),
};
export const tools: Check = {
  name: "tools",
  title: "has no shell or package manager",
  judge: ({ content }) => judgeTools(content),
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
