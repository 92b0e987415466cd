/** A path that a process may not write, according to its final error. */
import type { FinalError } from "./logFacts.ts";

/** The path in the error, if writing there is denied in this way. */
export function deniedPath(
  { text, raw, fields }: FinalError,
  kind: "read-only" | "permission",
): { path?: string } | undefined {
  const said =
    kind === "read-only"
      ? /\bEROFS\b|read-only file system/i.test(text)
      : /\bEACCES\b|\bEPERM\b|permission denied|Operation not permitted/i.test(text);
  if (
    !said ||
    ["listen", "bind", "connect"].includes(fields.syscall ?? "") ||
    /\b(?:listen|bind|connect)\b/i.test(text)
  )
    return undefined;
  // Node.js and Python quote the path last ("open '/app/x'", "Read-only file system: '/x'"); shells, Go and C name it first ("can't create /x: ...").
  const path =
    fields.path ??
    // nginx: mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)
    /\w+\(\) "(\/[^"]+)" failed \((?:13|30): /.exec(text)?.[1] ??
    /(?:EROFS|EACCES|EPERM|Read-only file system|Permission denied).*?['"](\/[^'"]+)['"]/i.exec(text)?.[1] ??
    /['"]?(\/[^\s:'"]+)['"]?:? (?:Read-only file system|Permission denied|Operation not permitted)/i.exec(text)?.[1] ??
    /(?:open|mkdir|create|unlink|rename|chmod|chown) (\/[^\s:]+):/.exec(raw)?.[1] ??
    /AccessDeniedException: (\/\S+)|FileNotFoundException: (\/\S+) \(Permission denied\)/.exec(text)?.[1];
  return path === undefined ? {} : { path };
}

export const folderOf = (path: string): string => path.replace(/\/[^/]*$/, "") || "/";
