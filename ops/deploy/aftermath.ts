/** After an update that failed: what is wrong, and does the service still answer? */
import { diagnose } from "../doctor/diagnose.ts";
import { observe } from "../doctor/observe.ts";
import { plain, report } from "../doctor/report.ts";
import { findPlace } from "../doctor/target.ts";
import { ClusterReader } from "../doctor/cluster/reader.ts";
import { askerFor, judgeAnswers } from "./smoke.ts";

export interface Aftermath {
  /** The doctor's report; `undefined` when it found nothing wrong with the pods. */
  diagnosis?: string;
  /** What can be said of the pods from before the update. */
  serving: string;
}

/**
 * @param before outputs of the last update that succeeded, if there was one
 * @throws CannotLook and others, when there is nothing to look at yet
 */
export async function aftermath(stack: string, before: { url?: unknown }, readyPath: string): Promise<Aftermath> {
  const place = await findPlace({ stack });
  const observation = await observe(place);
  const result = diagnose(observation);
  const diagnosis = result.findings.length === 0 ? {} : { diagnosis: report(observation, result, plain) };
  if (typeof before.url !== "string") return { ...diagnosis, serving: "The service has not been deployed before." };
  const ask = askerFor(before.url, new ClusterReader(place.kubeconfig));
  const { problems } = await judgeAnswers(ask, { address: before.url, readyPath });
  return {
    ...diagnosis,
    serving:
      problems.length === 0
        ? `The pods from before still serve: every request at ${before.url} was answered.`
        : `The service is disturbed: ${problems.join("; ")}.`,
  };
}
