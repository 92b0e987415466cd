import type { ImageConfig } from "../runEvidence.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";

/** @param user as in the Dockerfile's last USER: "", "10001", "10001:10001", "node", "root:root" */
export function judgeUser({ user }: Pick<ImageConfig, "user">): Judgement {
  const [name = ""] = user.split(":");
  if (name === "") return problems({ code: "runs-as-root", seen: "the image names no USER, so it runs as root" });
  if (/^0+$|^root$/.test(name)) return problems({ code: "runs-as-root", seen: `its USER is "${user}", which is root` });
  if (!/^\d+$/.test(name)) return problems({ code: "named-user", seen: `its USER is "${user}", a name and no number` });
  return { fine: `USER ${user}` };
}

export const user: Check = {
  name: "user",
  title: "runs as a numeric user other than root",
  judge: ({ config }) => judgeUser(config),
};
