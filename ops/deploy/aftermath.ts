/** After an update that failed: what is wrong, and does the service still answer? */
import { diagnose } from "../doctor/diagnose.ts";
import { observe } from "../doctor/observe.ts";
import { plain, report } from "../doctor/diagnosisReport.ts";
import { findPlace } from "../doctor/target.ts";
import { ClusterReader } from "../cluster/clusterReader.ts";
import { askerFor, judgeAnswers } from "./smoke.ts";

export interface Aftermath {
  /** The doctor's report; `undefined` when it found nothing wrong with the pods. */
  diagnosis?: string;
  /** What can be said of the pods from before the update. */
  serving: string;
}

/**
 * @param address where the service of the last update that succeeded is asked, if there was one
 * @throws CannotLook and others, when there is nothing to look at yet
 */
export async function aftermath(stack: string, address: string | undefined, readyPath: string): Promise<Aftermath> {
  const place = await findPlace({ stack });
  const observation = await observe(place);
  const result = diagnose(observation);
  const diagnosis = result.findings.length === 0 ? {} : { diagnosis: report(observation, result, plain) };
  if (address === undefined) return { ...diagnosis, serving: "The service has not been deployed before." };
  const ask = askerFor(address, new ClusterReader(place.kubeconfig));
  const { problems } = await judgeAnswers(ask, { address, readyPath });
  return {
    ...diagnosis,
    serving:
      problems.length === 0
        ? `The pods from before still serve: every request at ${address} was answered.`
        : `The service is disturbed: ${problems.join("; ")}.`,
  };
}
