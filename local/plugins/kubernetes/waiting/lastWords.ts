/** What containers that keep ending wrote last: the cause, where Kubernetes knows only an exit code. */
import type { Cluster } from "../cluster.ts";
import type { Problem } from "./verdict.ts";

const lineCount = 5;

/** Log lines are for one look; a line of kilobytes would hide the rest. */
const lineLength = 300;

async function lastLines(
  cluster: Cluster,
  namespace: string,
  { pod, container }: { pod: string; container: string },
  signal: AbortSignal,
): Promise<string> {
  const name = { namespace, pod, container };
  for (const previous of [true, false]) {
    try {
      const text = await cluster.logs(name, previous, lineCount, signal);
      // What the kubelet says in the place of a log that is gone already.
      if (text !== "" && !text.startsWith("unable to retrieve container logs")) {
        return text;
      }
    } catch {
      // The pod may be gone by now, or have no earlier container; what is known already has to do.
    }
  }
  return "";
}

/** The problems with the last log lines of the containers they are about; of several alike only the first is asked. */
export async function withLastWords(
  problems: Problem[],
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal,
): Promise<Problem[]> {
  const words = new Map<string, Promise<string>>();
  return Promise.all(
    problems.map(async (problem) => {
      const { crashed, message } = problem;
      if (crashed === undefined) {
        return problem;
      }
      const asked = words.get(message) ?? lastLines(cluster, namespace, crashed, signal);
      words.set(message, asked);
      const lines = (await asked).split("\n").map((line) => `\n    ${line.slice(0, lineLength)}`);
      return lines.join("").trim() === ""
        ? problem
        : { ...problem, message: `${message}. Its log ends with:${lines.join("")}` };
    }),
  );
}
