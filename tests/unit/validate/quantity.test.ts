import { quantityToScalar } from "@kubernetes/client-node/dist/util.js";
import fc from "fast-check";
import { cpuProblem, memoryProblem, parseQuantity, requestOverLimitProblem } from "../../../validate/quantity.ts";

const suffixes = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

describe("a quantity", () => {
  test.each([
    ["0", 0],
    ["3", 3],
    ["0.5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["-1", -1],
    ["+1.5", 1.5],
    ["500n", 5e-7],
    ["250u", 0.00025],
    ["100m", 0.1],
    ["700m", 0.7],
    ["2k", 2000],
    ["3M", 3e6],
    ["4G", 4e9],
    ["5T", 5e12],
    ["6P", 6e15],
    ["1E", 1e18],
    ["1E3", 1000],
    ["1e3", 1000],
    ["1e+3", 1000],
    ["5e-1", 0.5],
    ["1Ki", 1024],
    ["128Mi", 134217728],
    ["1.5Gi", 1610612736],
    ["1Ti", 1099511627776],
    ["1Pi", 1125899906842624],
    ["1Ei", 1152921504606846976],
  ])("%s is %d", (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  test.each(["", ".", "Mi", "--1", "1e", "1e1.5", "1e3Mi", "0x1", "1 Mi", "1MB", "1mi", "1K", "1ki", "Infinity", "١"])(
    "%j is invalid",
    (text) => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );

  test("is read with any number and suffix, and grows with its number", () => {
    const number = fc.nat({ max: 1e6 });
    fc.assert(
      fc.property(number, number, fc.constantFrom(...suffixes), (one, other, suffix) => {
        const [a, b] = [parseQuantity(`${one}${suffix}`), parseQuantity(`${other}${suffix}`)];
        expect(Math.sign((a ?? Number.NaN) - (b ?? Number.NaN))).toBe(Math.sign(one - other));
      }),
    );
  });

  test("in thousandths equals the same decimal fraction", () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e6 }), (thousandths) => {
        expect(parseQuantity(`${thousandths}m`)).toBe(parseQuantity((thousandths / 1000).toFixed(3)));
      }),
    );
  });

  test("has the value that Kubernetes' own client computes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), fc.constantFrom(...suffixes), (number, suffix) => {
        const text = `${number}${suffix}`;
        const theirs = Number(quantityToScalar(text));
        expect(Math.abs((parseQuantity(text) ?? Number.NaN) - theirs)).toBeLessThanOrEqual(1e-12 * theirs);
      }),
    );
  });

  test("is what Kubernetes accepts, or undefined", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."019.emkMGTiKBE+-") }), (text) => {
        // `ParseQuantity` of k8s.io/apimachinery/pkg/api/resource
        const kubernetes = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;
        if (parseQuantity(text) !== undefined) expect(text).toMatch(kubernetes);
      }),
    );
  });
});

describe("memory", () => {
  const allowed = 'use whole bytes with Ki, Mi, or Gi, e.g. "256Mi"';

  test.each(["1Mi", "128Mi", "1.5Gi", "1048576", "1024Ki", "2M", "1Ti"])("%s is valid", (text) => {
    expect(memoryProblem(text)).toBeUndefined();
  });

  test.each([
    ["256MB", `"256MB" is not an amount of memory: ${allowed}; did you mean "256Mi"?`],
    ["256mb", `"256mb" is not an amount of memory: ${allowed}; did you mean "256Mi"?`],
    ["256 Mi", `"256 Mi" is not an amount of memory: ${allowed}; did you mean "256Mi"?`],
    ["0.5 Gi", `"0.5 Gi" is not an amount of memory: ${allowed}; did you mean "0.5Gi"?`],
    [" 1g ", `" 1g " is not an amount of memory: ${allowed}; did you mean "1Gi"?`],
    ["1kib", `"1kib" is not an amount of memory: ${allowed}; did you mean "1Ki"?`],
    ["lots", `"lots" is not an amount of memory: ${allowed}`],
    ["", `"" is not an amount of memory: ${allowed}`],
    ["-1Mi", `"-1Mi" is not an amount of memory: ${allowed}`],
    ["1e9", `"1e9" is not an amount of memory: ${allowed}`],
    ["1Pi", `"1Pi" is not an amount of memory: ${allowed}`],
    ["128m", `"128m" is a fraction of a byte: ${allowed}; did you mean "128Mi"?`],
    ["33Ti", `"33Ti" is more than any machine has: ${allowed}`],
    ["256", `"256" is less than 1Mi: ${allowed}; did you mean "256Mi"?`],
    ["0Mi", `"0Mi" is less than 1Mi: ${allowed}`],
    ["1023Ki", `"1023Ki" is less than 1Mi: ${allowed}`],
  ])("%j: %s", (text, problem) => {
    expect(memoryProblem(text)).toBe(problem);
  });

  test("that is suggested is always valid", () => {
    const slip = fc.tuple(
      fc.integer({ min: 1, max: 9999 }),
      fc.constantFrom("", " "),
      fc.constantFrom(..."mMgGtT"),
      fc.constantFrom("b", "B", "ib"),
    );
    fc.assert(
      fc.property(slip, ([number, space, unit, end]) => {
        const suggested = /did you mean "(.*)"\?$/.exec(memoryProblem(`${number}${space}${unit}${end}`) ?? "")?.[1];
        expect(suggested === undefined ? undefined : memoryProblem(suggested)).toBeUndefined();
      }),
    );
  });
});

describe("CPU", () => {
  const allowed = 'use thousandths of a CPU with "m", or whole CPUs, e.g. "500m" or "2"';

  test.each(["1m", "500m", "2", "0.5", "0.001"])("%s is valid", (text) => {
    expect(cpuProblem(text)).toBeUndefined();
  });

  test.each([
    ["half", `"half" is not an amount of CPU: ${allowed}`],
    ["", `"" is not an amount of CPU: ${allowed}`],
    ["500M", `"500M" is not an amount of CPU: ${allowed}`],
    ["1Gi", `"1Gi" is not an amount of CPU: ${allowed}`],
    ["1e3", `"1e3" is not an amount of CPU: ${allowed}`],
    ["2k", `"2k" is not an amount of CPU: ${allowed}`],
    ["500 m", `"500 m" is not an amount of CPU: ${allowed}`],
    ["0", `"0" is less than 1m, the minimum: ${allowed}`],
    ["0.0005", `"0.0005" is less than 1m, the minimum: ${allowed}`],
    ["0.5m", `"0.5m" is less than 1m, the minimum: ${allowed}`],
  ])("%j: %s", (text, problem) => {
    expect(cpuProblem(text)).toBe(problem);
  });
});

describe("a request", () => {
  test.each([
    ["256Mi", "256Mi"],
    ["255Mi", "256Mi"],
    ["1024Mi", "1Gi"],
    ["500m", "0.5"],
    ["1000m", "1"],
  ])("of %s fits under %s", (request, limit) => {
    expect(requestOverLimitProblem("memory", request, limit)).toBeUndefined();
  });

  test.each([
    ["memory", "257Mi", "256Mi"],
    ["memory", "1Gi", "1G"],
    ["cpu", "501m", "0.5"],
  ])("of %s %s does not fit under %s", (what, request, limit) => {
    expect(requestOverLimitProblem(what, request, limit)).toBe(
      `the ${what} request "${request}" exceeds the limit "${limit}", and Kubernetes rejects such a pod: lower the request or raise the limit`,
    );
  });

  test("is compared only with a valid quantity: an invalid one has its own problem", () => {
    expect(requestOverLimitProblem("memory", "1Gi", "lots")).toBeUndefined();
    expect(requestOverLimitProblem("memory", "lots", "1Gi")).toBeUndefined();
    expect(requestOverLimitProblem("memory", "1Gi", "-1Gi")).toBeUndefined();
  });

  test("fits under a limit that it does not exceed, in any units", () => {
    const amount = fc.integer({ min: 1, max: 4096 });
    fc.assert(
      fc.property(amount, amount, (request, limit) => {
        const problem = requestOverLimitProblem("memory", `${request}Mi`, `${limit * 1024}Ki`);
        expect(problem === undefined).toBe(request <= limit);
      }),
    );
  });
});

test("a fraction of a byte other than thousandths gets no suggestion", () => {
  expect(memoryProblem("5n")).toBe(`"5n" is a fraction of a byte: use whole bytes with Ki, Mi, or Gi, e.g. "256Mi"`);
});

test("too many CPUs are read as thousandths if they are a whole number", () => {
  const allowed = `use thousandths of a CPU with "m", or whole CPUs, e.g. "500m" or "2"`;
  expect(cpuProblem("2000")).toBe(`"2000" is more CPUs than any machine has: ${allowed}; did you mean "2000m"?`);
  expect(cpuProblem("2000.5")).toBe(`"2000.5" is more CPUs than any machine has: ${allowed}`);
});
