import fc from "fast-check";
import {
  choice,
  closest,
  flag,
  integer,
  list,
  map,
  optionalText,
  readValue,
  text,
} from "../../../validate/settingDeclaration.ts";

const said = (description = "") => ({ description });

describe("a value is parsed by the type of its setting", () => {
  test.each([
    [text({ default: "d", ...said() }), "some text", "some text"],
    [text({ default: "d", ...said() }), "", ""],
    [optionalText(said()), "some text", "some text"],
    [optionalText(said()), "", undefined],
    [integer({ default: 1, ...said() }), "42", 42],
    [integer({ default: 1, ...said() }), "-7", -7],
    [flag({ default: false, ...said() }), "true", true],
    [flag({ default: true, ...said() }), "false", false],
    [list({ default: [], ...said() }), '["a","b"]', ["a", "b"]],
    [list({ default: ["x"], ...said() }), "[]", []],
    [map<unknown>({ default: {}, ...said() }), '{"a":{"b":1}}', { a: { b: 1 } }],
    // A key without a value in the stack file.
    [list({ default: ["x"], ...said() }), "", ["x"]],
    [map<unknown>({ default: {}, ...said() }), "", {}],
  ])("%#: %j", (setting, raw, value) => {
    expect(readValue<unknown>(setting as Parameters<typeof readValue>[0], raw)).toEqual({ value });
  });

  const noList = 'a list of strings: use YAML in the stack file, or JSON, e.g. ["a","b"]';
  const noMap = 'a map: use YAML in the stack file, or JSON, e.g. {"key":"value"}';
  test.each([
    [integer({ default: 1, ...said() }), ["", "3.0", "1e3", "three", " 3", "0x10"], "a whole number"],
    [flag({ default: true, ...said() }), ["", "yes", "True", "1"], 'a boolean: use "true" or "false"'],
    [list({ default: [], ...said() }), ["a", "a,b", "{}", "null"], noList],
    [map({ default: {}, ...said() }), ["a=b", "[]", "null", '"a"', "1"], noMap],
  ])("%#: and refused if it is not of that type", (setting, values, expected) => {
    for (const raw of values) {
      expect(readValue<unknown>(setting as Parameters<typeof readValue>[0], raw)).toEqual({
        problems: [`"${raw}" is not ${expected}`],
      });
    }
  });

  test("and each item of a list that is not a string is named", () => {
    const hint = "is not a string: put it in quotes, or add --type string to pulumi config set --path";
    expect(readValue(list({ default: [], ...said() }), '["a",1,null]')).toEqual({
      problems: [`1 ${hint}`, `null ${hint}`],
    });
  });

  test("and then checked against what the setting allows", () => {
    const even = integer({
      default: 2,
      ...said(),
      problem: (value) => (value % 2 === 0 ? undefined : `${value} is odd`),
    });
    expect(readValue(even, "4")).toEqual({ value: 4 });
    expect(readValue(even, "3")).toEqual({ problems: ["3 is odd"] });
    const short = optionalText({ ...said(), problem: (value) => (value.length < 3 ? undefined : "too long") });
    expect(readValue(short, "abc")).toEqual({ problems: ["too long"] });
    expect(readValue(short, "")).toEqual({ value: undefined });
    expect(short.problem?.(undefined)).toBeUndefined();
  });
});

describe("a choice", () => {
  const sku = choice(["Basic", "Standard", "Premium"], { default: "Basic", ...said() });

  test.each(["Basic", "Standard", "Premium"])("accepts %s", (word) => {
    expect(readValue(sku, word)).toEqual({ value: word });
  });

  test.each([
    ["basic", '; did you mean "Basic"?'],
    ["Premuim", '; did you mean "Premium"?'],
    ["Gold", ""],
    ["", ""],
  ])("rejects %j%s", (word, hint) => {
    expect(readValue(sku, word)).toEqual({
      problems: [`"${word}" is not one of "Basic", "Standard", "Premium"${hint}`],
    });
  });
});

describe("the closest word", () => {
  test.each([
    ["replica", ["replicas", "repository"], '; did you mean "replicas"?'],
    ["Replicas", ["replicas"], '; did you mean "replicas"?'],
    ["livenesPath", ["livenessPeriodSeconds", "livenessPath"], '; did you mean "livenessPath"?'],
    ["clusterAdmin", ["clusterTier", "clusterAdmins"], '; did you mean "clusterAdmins"?'],
    ["zzz", ["replicas", "port"], ""],
    ["anything", [], ""],
  ])("to %s of %j is suggested:%s", (written, allowed, hint) => {
    expect(closest(written, allowed)).toBe(hint);
  });

  test("is the word itself, or the word that one typo changed", () => {
    const word = fc.string({ unit: fc.constantFrom(..."abcdefghijkl"), minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom("change", "drop", "add"), (allowed, where, slip) => {
        const at = where % allowed.length;
        const middle = { change: "z", drop: "", add: `${allowed[at]}z` }[slip];
        expect(closest(`${allowed.slice(0, at)}${middle}${allowed.slice(at + 1)}`, ["zzzzzzzzzzzz", allowed])).toBe(
          `; did you mean "${allowed}"?`,
        );
      }),
    );
  });
});
