/** Stops the work on one sandbox when its time is up, so that it does not use the time of the others. */
import { CouldNotRun, UsageError } from "../couldNotRun.ts";
import { PulumiKilled } from "../pulumi/pulumiCli.ts";
import type { Context } from "./context.ts";
import { minutesIn } from "./lifetime.ts";
import { budgetRange, rangeText } from "./timeRanges.ts";

/** Minutes in a text such as "20m" or "1h". @throws UsageError naming the option */
export function timeBudget(option: string, text: string): number {
  const minutes = minutesIn(text);
  const [shortest, longest] = budgetRange;
  if (minutes >= minutesIn(shortest) && minutes <= minutesIn(longest)) return minutes;
  throw new UsageError(`${option}: "${text}" is not a time; use ${rangeText(budgetRange)}, e.g. "20m"`);
}

/** The time for a sandbox is up. */
export class OutOfTime extends CouldNotRun {
  override readonly name = "OutOfTime";
}

/** Time after the end of the budget for Pulumi to stop cleanly or be killed. */
const graceSeconds = 90;

/**
 * @param act gets a context whose commands and requests stop at the end of the budget
 * @throws OutOfTime, or what `act` throws
 */
export async function withTimeBudget<T>(
  context: Context,
  minutes: number,
  act: (context: Context) => Promise<T>,
): Promise<T> {
  const budget = new AbortController();
  const over = new OutOfTime(`gave up after ${minutes} min; the next run tries the others first`);
  const timer = setTimeout(() => budget.abort(over), minutes * 60_000);
  let backstop: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    budget.signal.addEventListener("abort", () => {
      backstop = setTimeout(() => reject(over), graceSeconds * 1000);
    });
  });
  try {
    return await Promise.race([act(context.within(budget.signal)), tooLate]);
  } catch (error) {
    if (error instanceof PulumiKilled) throw error;
    throw budget.signal.aborted ? over : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(backstop);
  }
}
