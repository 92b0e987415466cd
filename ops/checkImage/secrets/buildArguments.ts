/** The build arguments of a history step: `|2 A=1 B=2 /bin/sh -c ...`. */
export function buildArgumentsIn(step: string): [name: string, value: string][] {
  const marked = /^(?:RUN )?\|(\d+) (.*)$/s.exec(step);
  if (marked?.[1] === undefined || marked[2] === undefined) return [];
  const words = marked[2].split(" ").slice(0, Number(marked[1]));
  return words.flatMap((word) => {
    const [name, ...value] = word.split("=");
    return name === undefined || value.length === 0 ? [] : [[name, value.join("=")] as [string, string]];
  });
}
