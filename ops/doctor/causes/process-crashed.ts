import { lastLines } from "../facts/logFacts.ts";
import { endWords, nameOf } from "../facts/podFacts.ts";
import { changedBy, rebuild } from "../fixes/changeOwner.ts";
import { readLog } from "../fixes/lookFurther.ts";
import { nodePlatform } from "../facts/nodePlatform.ts";
import { podCause } from "./cause.ts";

const signals: Record<number, { name: string; means: string }> = {
  4: { name: "SIGILL", means: "an instruction that the processor does not have" },
  6: { name: "SIGABRT", means: "the program or its runtime aborted" },
  7: { name: "SIGBUS", means: "an access to unmapped memory, often a full or truncated mapped file" },
  8: { name: "SIGFPE", means: "an arithmetic error" },
  11: { name: "SIGSEGV", means: "an access to memory that is not its own" },
  31: { name: "SIGSYS", means: "a system call that the seccomp profile denies" },
};

export const processCrashed = podCause({
  code: "process-crashed",
  stage: "run",
  recovery: 3,
  over: ["application-error"],
  proof: ({ containers }) => {
    const container = containers.find(
      ({ end, refusal }) => refusal === undefined && end?.signal !== undefined && end.signal in signals,
    );
    const signal = container?.end?.signal;
    return container === undefined || signal === undefined
      ? undefined
      : { container, signal, ...(signals[signal] ?? { name: "", means: "" }) };
  },
  claim: (pod, { container, signal, name, means }) => ({
    title: `The process crashed with ${name} (signal ${signal}): ${means}`,
    container: container.name,
    evidence: [`${nameOf(pod, container)} ${endWords(container)}`, ...lastLines(container.log, 5)],
    mend: [
      rebuild(
        changedBy(pod),
        signal === 31
          ? "Find the system call (the node's audit log names it), and allow it in a seccomp profile of the pod's own."
          : `This is not an error that the program reports, but a fault in native code: a native addon or library that was built for another C library (musl or glibc), another processor than ${nodePlatform(pod) ?? "the node's"}, or another version. Build it in the image that runs it.`,
      ),
      readLog(pod, container),
    ],
  }),
});
