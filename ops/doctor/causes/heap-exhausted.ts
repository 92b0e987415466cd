import { amount, mebibytes } from "../resourceAmount.ts";
import { endWords, nameOf } from "../facts/podFacts.ts";
import { changeContainer, changedBy, setResource, setVariable } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

const option = /--max[-_]old[-_]space[-_]size[= ](\d+)/;
const javaOption = /-Xmx(\d+)([kmgKMG]?)\b/;

export const heapExhausted = podCause({
  code: "heap-exhausted",
  stage: "run",
  recovery: 3,
  // V8 gives up before the kernel does, so its heap size is the setting to change.
  over: ["oom-killed", "process-crashed", "application-error"],
  proof: ({ containers }) => {
    for (const container of containers) {
      if (container.end === undefined || container.end.exitCode === 0) continue;
      const lines = container.log.lines.map(({ raw }) => raw);
      const fatal = lines.find(
        (line) =>
          /^FATAL ERROR:.*(?:heap out of memory|Allocation failed)/.test(line.trim()) ||
          /(?:^|Caused by: |in thread "[^"]*" )java\.lang\.OutOfMemoryError: (?:Java heap space|GC overhead)/.test(
            line.trim(),
          ),
      );
      if (fatal !== undefined) return { container, fatal: fatal.trim(), lines };
    }
    return undefined;
  },
  claim: (pod, { container, fatal, lines }) => {
    const java = fatal.includes("java.lang");
    const heaps = [...lines.join("\n").matchAll(/(\d+(?:\.\d+)?) \(\d+(?:\.\d+)?\) -> /g)].map(([, size]) =>
      Number(size),
    );
    const peak = heaps.length === 0 ? undefined : Math.max(...heaps);
    const variable = container.spec.env?.find(({ value = "" }) => option.test(value) || javaOption.test(value));
    const list = (["command", "args"] as const).find((field) =>
      container.spec[field]?.some((word) => option.test(word) || javaOption.test(word)),
    );
    const limit = container.spec.resources?.limits?.memory;
    const bytes = amount(limit);
    const written =
      variable?.value ?? container.spec[list ?? "command"]?.find((word) => option.test(word) || javaOption.test(word));
    const size = written === undefined ? undefined : megabytes(written);
    const changed = changedBy(pod);
    // Three quarters of the limit leave room for memory outside the heap; at least twice the size that was too small.
    const wanted = Math.max((size ?? 0) * 2, Math.floor(((bytes ?? 512 * 2 ** 20) / 2 ** 20) * 0.6));
    const larger = (text: string) =>
      text.replace(option, `--max-old-space-size=${wanted}`).replace(javaOption, `-Xmx${wanted}m`);
    // The heap and the rest of the process must both fit into the limit.
    const needs = bytes !== undefined && wanted * 2 ** 20 > bytes * 0.8 ? mebibytes(wanted * 2 ** 20 * 1.5) : undefined;
    const raise =
      needs === undefined
        ? []
        : setResource(
            changed,
            container.name,
            `And raise the memory limit, so that this heap fits: ${needs}.`,
            "limits",
            "memory",
            needs,
          );
    return {
      title: `The heap of ${java ? "the Java process" : "Node.js"} was full${peak === undefined ? "" : ` at ${Math.round(peak)} MiB`}${size === undefined ? "" : `: ${variable === undefined ? list : variable.name} limits it to ${size} MiB`}${java ? "" : ", so V8 ended the process"}`,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)} ${endWords(container)}; its log: ${fatal.slice(0, 300)}`,
        ...(written === undefined ? [] : [`${variable?.name ?? list}: ${written.slice(0, 200)}`]),
        `memory limit ${limit ?? "none"}${peak === undefined ? "" : `; heap before its last collections ${peak} MiB`}`,
      ],
      mend: [
        ...(variable?.value !== undefined
          ? setVariable(
              changed,
              container.name,
              `The option sets the heap's size, whatever the memory limit is. Raise it:`,
              variable.name,
              larger(variable.value),
            )
          : list !== undefined
            ? changeContainer(
                changed,
                container.name,
                "The option sets the heap's size, whatever the memory limit is. Raise it:",
                { [list]: (container.spec[list] ?? []).map(larger) },
              )
            : setResource(
                changed,
                container.name,
                `Raise the limit, which the heap's size follows: memory ${bytes === undefined ? "512Mi" : mebibytes(bytes * 2)}.`,
                "limits",
                "memory",
                bytes === undefined ? "512Mi" : mebibytes(bytes * 2),
              )),
        ...(written === undefined ? [] : raise),
        {
          say: java
            ? "If the heap keeps growing, the process leaks memory. Write a heap dump: -XX:+HeapDumpOnOutOfMemoryError -XX:HeapDumpPath=/tmp."
            : "If the heap keeps growing, the process leaks memory. Take a heap snapshot near the limit: --heapsnapshot-near-heap-limit=1, written to /tmp.",
        },
      ],
    };
  },
});

function megabytes(text: string): number | undefined {
  const node = option.exec(text)?.[1];
  if (node !== undefined) return Number(node);
  const [, size, unit = ""] = javaOption.exec(text) ?? [];
  if (size === undefined) return undefined;
  return Math.round((Number(size) * ({ k: 1024, m: 2 ** 20, g: 2 ** 30 }[unit.toLowerCase()] ?? 1)) / 2 ** 20);
}
