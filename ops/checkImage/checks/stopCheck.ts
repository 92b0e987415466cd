/** How it ends: SIGTERM, drain, exit. */
import type { Conditions } from "../podConditions.ts";
import type { Answer, Stop } from "../runEvidence.ts";
import { isGood } from "../run/ask.ts";
import { seconds } from "../units.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";

export function judgeExit(stop: Stop | undefined, { grace }: Pick<Conditions, "grace">): Judgement {
  if (stop === undefined) return undefined;
  const { exit, milliseconds } = stop;
  if (exit === undefined) {
    return problems({
      code: "sigterm-ignored",
      seen: `it still ran ${seconds(grace)} after SIGTERM, and was killed (exit 137)`,
    });
  }
  const seen = `exit ${exit.code} ${seconds(milliseconds)} after SIGTERM`;
  if (exit.code === 0) return { fine: seen };
  return problems({ code: exit.code === 143 ? "killed-by-sigterm" : "exit-not-zero", seen });
}

/** The statuses among the answers: how a connection ends once the server is closed says nothing. */
const statuses = (answers: readonly Answer[]): number[] =>
  answers.flatMap((answer) => ("status" in answer ? [answer.status] : []));

/** Longer than an answer that was under way when the signal came. */
const servedOn = 1000;

/**
 * Whether it says that it goes, and goes on serving meanwhile.
 * @param before the liveness path's answer before the signal: what was bad then is no matter of the drain
 */
export function judgeDrain(
  stop: Stop | undefined,
  before: Answer | undefined,
  { readyPath, healthPath }: Pick<Conditions, "readyPath" | "healthPath">,
): Judgement {
  // Whoever ignores the signal does not drain: that finding is made already.
  if (stop?.exit === undefined) return undefined;
  const [ready, health] = [statuses(stop.ready), statuses(stop.health)];
  const after = `${seconds(stop.milliseconds)} after SIGTERM`;
  const sick = isGood(before) ? health.find((status) => !isGood({ status })) : undefined;
  const notReady = ready.some((status) => status >= 500);
  const shown = ready.length === 0 ? "no answer" : ready.join(", then ");
  return (
    problems(
      sick !== undefined && { code: "health-fails-draining", seen: `${healthPath} after SIGTERM: status ${sick}` },
      !notReady &&
        (stop.servedFor > servedOn
          ? { code: "ready-while-draining", seen: `it ended ${after}, and ${readyPath} meanwhile said: ${shown}` }
          : { code: "no-drain", seen: `it ended ${after}; ${readyPath} meanwhile: ${shown}` }),
    ) ?? { fine: `${readyPath}: ${shown}; ${healthPath}: ${health.join(", then ")}` }
  );
}

export const exit: Check = {
  name: "exit",
  title: "ends with exit 0 within the grace period",
  judge: ({ run, conditions }) => judgeExit(run?.stop, conditions),
};
export const drain: Check = {
  name: "drain",
  title: "says that it is not ready while it drains",
  judge: ({ run, conditions }) => judgeDrain(run?.stop, run?.health, conditions),
};
